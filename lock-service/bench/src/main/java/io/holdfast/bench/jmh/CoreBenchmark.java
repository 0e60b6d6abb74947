package io.holdfast.bench.jmh;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.CoreSettings;
import io.holdfast.raft.core.Outbound;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Ready;
import io.holdfast.raft.core.ReplicationLimits;
import io.holdfast.raft.core.Timing;
import io.holdfast.raft.spi.LogStorage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Three cores commit a batch of commands: proposed, replicated to both followers, made durable (at
 * once, here), acknowledged and applied by all three.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CoreBenchmark {
  private static final int PEERS = 3;
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int STEPS_MAX = 10_000;

  /** Commands proposed together. */
  @Param({"1", "16", "128"})
  public int batch;

  private final List<RaftCore> cores = new ArrayList<>();
  private final Queue<Runnable> underWay = new ArrayDeque<>();
  private final byte[] command = Samples.acquireCommand();
  private long nowNanos;
  private RaftCore leader = newCore(1, configuration());

  @Setup
  public void elect() {
    Configuration configuration = configuration();
    for (int id = 1; id <= PEERS; id++) {
      cores.add(newCore(id, configuration));
    }
    for (int step = 0; step < STEPS_MAX; step++) {
      nowNanos += STEP_NANOS;
      for (RaftCore core : cores) {
        core.observeTime(nowNanos);
        core.tick();
      }
      settle();
      Optional<RaftCore> ready = cores.stream().filter(RaftCore::isLeaderReady).findFirst();
      if (ready.isPresent()) {
        leader = ready.get();
        return;
      }
    }
    throw new IllegalStateException("no leader after " + STEPS_MAX + " ms");
  }

  private static Configuration configuration() {
    List<Member> members = new ArrayList<>();
    for (int id = 1; id <= PEERS; id++) {
      members.add(new Member(new PeerId(id), "p" + id + ":1", "p" + id + ":2"));
    }
    return Configuration.ofVoters(members);
  }

  private static RaftCore newCore(int id, Configuration configuration) {
    return new RaftCore(
        new CoreSettings(
            new PeerId(id), configuration, Timing.DEFAULT, ReplicationLimits.DEFAULT, 0),
        new LogStorage.Recovered(HardState.INITIAL, EntryId.NONE, List.of(), Optional.empty()),
        new SplittableRandom(id),
        0);
  }

  @Benchmark
  public long commit() {
    for (int i = 0; i < batch; i++) {
      var unused = leader.propose(command);
    }
    settle();
    return leader.appliedIndex();
  }

  /** Carries everything to its end: no core has anything more to say. */
  private void settle() {
    boolean busy = true;
    while (busy) {
      busy = false;
      for (RaftCore core : cores) {
        busy |= emit(core);
      }
      for (Runnable next = underWay.poll(); next != null; next = underWay.poll()) {
        next.run();
        busy = true;
      }
    }
  }

  private boolean emit(RaftCore core) {
    Ready ready = core.takeReady();
    for (Outbound outbound : ready.messages()) {
      for (PeerId receiver : outbound.receivers()) {
        RaftCore other = cores.get(receiver.value() - 1);
        underWay.add(() -> other.step(core.self(), outbound.message()));
      }
    }
    LogStorage.Batch stored = ready.batch();
    if (stored != null) {
      underWay.add(() -> core.durable(stored.number()));
    }
    boolean applies = core.applicableIndex() > core.appliedIndex();
    if (applies) {
      core.applied(core.applicableIndex());
    }
    return applies || stored != null || !ready.messages().isEmpty();
  }
}
