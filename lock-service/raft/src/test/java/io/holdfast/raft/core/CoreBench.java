package io.holdfast.raft.core;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.spi.LogStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Some cores on a bench: every message, every acknowledgement of a disk and every millisecond moves
 * only when the test says so.
 */
final class CoreBench {
  /** A message between two cores, or from a core to a peer that is not on the bench. */
  record Envelope(PeerId from, PeerId to, Message message) {
    @Override
    public String toString() {
      return from.value() + "->" + to.value() + " " + MessageText.of(message);
    }
  }

  private final Map<PeerId, RaftCore> cores = new TreeMap<>();
  private final Map<PeerId, Long> emitted = new TreeMap<>();
  private final Configuration configuration;
  private final ReplicationLimits limits;
  private final List<Envelope> underWay = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final List<Ready.ConfirmedRead> reads = new ArrayList<>();
  private final List<Long> failedReads = new ArrayList<>();
  private final List<LogStorage.Batch> batches = new ArrayList<>();
  private final List<Ready.SnapshotNeed> snapshotNeeds = new ArrayList<>();
  private long nowNanos;

  CoreBench(int size, ReplicationLimits limits) {
    this.limits = limits;
    List<Member> members = new ArrayList<>();
    for (int id = 1; id <= size; id++) {
      members.add(new Member(new PeerId(id), "p" + id + ":1", "p" + id + ":2"));
    }
    configuration = Configuration.ofVoters(members);
  }

  static CoreBench ofFresh(int size) {
    CoreBench bench = new CoreBench(size, ReplicationLimits.DEFAULT);
    for (int id = 1; id <= size; id++) {
      bench.add(id, 0);
    }
    return bench;
  }

  static PeerId id(int value) {
    return new PeerId(value);
  }

  /** A core whose log holds entries of these terms. */
  RaftCore add(int id, long term, long... logTerms) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < logTerms.length; i++) {
      entries.add(Entry.noOp(new EntryId(logTerms[i], i + 1)));
    }
    return add(id, new HardState(term, null), entries);
  }

  RaftCore add(int id, HardState hardState, List<Entry> entries) {
    RaftCore core =
        new RaftCore(
            new CoreSettings(id(id), configuration, Timing.DEFAULT, limits, 0),
            new LogStorage.Recovered(hardState, EntryId.NONE, entries, Optional.empty()),
            new Random(id),
            nowNanos);
    cores.put(id(id), core);
    emitted.put(id(id), 0L);
    return core;
  }

  RaftCore core(int id) {
    RaftCore core = cores.get(id(id));
    if (core == null) {
      throw new AssertionError("no core " + id);
    }
    return core;
  }

  Iterable<Integer> ids() {
    return cores.keySet().stream().map(PeerId::value).toList();
  }

  List<Envelope> underWay() {
    return underWay;
  }

  List<Ready.ConfirmedRead> reads() {
    return reads;
  }

  List<Long> failedReads() {
    return failedReads;
  }

  List<LogStorage.Batch> batches() {
    return batches;
  }

  List<Ready.SnapshotNeed> snapshotNeeds() {
    return snapshotNeeds;
  }

  /** What happened since the last call, as text. */
  List<String> takeEvents() {
    List<String> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  /** Adds a line to what happened. */
  void note(String line) {
    events.add(line);
  }

  /** Lets time pass for one core, and its timers fire. */
  void tick(int id, long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    core(id).observeTime(nowNanos);
    core(id).tick();
    collect(id);
  }

  /** Ticks a core until its election timer fires. */
  void timeOut(int id) {
    long wait = core(id).nextDeadlineNanos() - nowNanos;
    tick(id, TimeUnit.NANOSECONDS.toMillis(Math.max(0, wait)) + 1);
  }

  void step(int from, int to, Message message) {
    core(to).observeTime(nowNanos);
    core(to).step(id(from), message);
    collect(to);
  }

  /** Takes what a core put out; messages wait to be delivered, batches to be acknowledged. */
  void collect(int id) {
    RaftCore core = core(id);
    for (int pass = 0; pass < 3; pass++) {
      Ready ready = core.takeReady();
      if (ready.roleChanged()) {
        events.add(id + " is " + core.role() + " in term " + core.currentTerm() + leaderText(core));
      }
      if (ready.batch() != null) {
        batches.add(ready.batch());
        emitted.put(id(id), ready.batch().number());
        events.add(id + " writes " + MessageText.of(ready.batch()));
      }
      for (Outbound outbound : ready.messages()) {
        for (PeerId to : outbound.receivers()) {
          Envelope envelope = new Envelope(id(id), to, outbound.message());
          underWay.add(envelope);
          events.add(envelope.toString());
        }
      }
      reads.addAll(ready.reads());
      ready.reads().forEach(r -> events.add(id + " read " + r.ticket() + " at " + r.index()));
      failedReads.addAll(ready.failedReads());
      ready.failedReads().forEach(ticket -> events.add(id + " read " + ticket + " failed"));
      snapshotNeeds.addAll(ready.snapshotsToSend());
      ready
          .snapshotsToSend()
          .forEach(
              n ->
                  events.add(
                      id + " sends snapshot " + n.snapshot().last() + " to " + n.peer().value()));
      if (core.applicableIndex() > core.appliedIndex()) {
        for (long index = core.appliedIndex() + 1; index <= core.applicableIndex(); index++) {
          core.applied(index);
        }
        events.add(id + " applied up to " + core.appliedIndex());
      }
    }
  }

  private static String leaderText(RaftCore core) {
    return core.leader().map(leader -> ", leader " + leader.value()).orElse(", no leader");
  }

  /** Acknowledges everything a core wrote. */
  void durable(int id) {
    durable(id, emitted.getOrDefault(id(id), 0L));
  }

  void durable(int id, long batch) {
    if (batch > 0) {
      core(id).durable(batch);
      collect(id);
    }
  }

  /** Delivers what is under way now and matches; what this brings about waits. */
  void deliver(Predicate<Envelope> which) {
    List<Envelope> now = underWay.stream().filter(which).toList();
    underWay.removeAll(now);
    for (Envelope envelope : now) {
      if (cores.containsKey(envelope.to())) {
        step(envelope.from().value(), envelope.to().value(), envelope.message());
      }
    }
  }

  void drop(Predicate<Envelope> which) {
    underWay.removeIf(which);
  }

  /** Delivers and acknowledges until nothing moves. */
  void settle() {
    for (int round = 0; round < 1_000; round++) {
      for (int id : ids()) {
        durable(id);
      }
      if (underWay.isEmpty()) {
        return;
      }
      deliver(envelope -> true);
    }
    throw new AssertionError("does not settle: " + underWay);
  }

  /** Makes a core leader with the help of all others. */
  void elect(int id) {
    for (int other : ids()) {
      if (other != id) {
        // Loyalty to an earlier leader ends with its silence.
        nowNanos += Timing.DEFAULT.electionTimeoutMinNanos();
        core(other).observeTime(nowNanos);
      }
    }
    timeOut(id);
    settle();
  }

  Proposed propose(int id, int bytes) {
    Proposed proposed = core(id).propose(new byte[bytes]);
    collect(id);
    return proposed;
  }

  /** A snapshot of what a core has applied becomes durable there. */
  void snapshot(int id) {
    RaftCore core = core(id);
    EntryId last = new EntryId(core.termAt(core.appliedIndex()), core.appliedIndex());
    core.snapshotTaken(
        new SnapshotDescriptor(new SnapshotId(last, 100, 7), configuration, EntryId.NONE));
    collect(id);
  }
}
