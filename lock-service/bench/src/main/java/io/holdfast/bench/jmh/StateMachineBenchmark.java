package io.holdfast.bench.jmh;

import io.holdfast.locks.AcquireMode;
import io.holdfast.locks.Command;
import io.holdfast.locks.CommandCodec;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockName;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.locks.Request;
import io.holdfast.locks.RequestId;
import io.holdfast.raft.EntryId;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A pair applied: the commands' bytes decoded, the lock granted and released, events drained. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StateMachineBenchmark {
  private static final int TERM = 1;

  /** Other locks that are held meanwhile. */
  @Param({"0", "5000"})
  public int held;

  private final LockStateMachine machine = new LockStateMachine();
  private final LockName lock = LockName.of(Samples.LOCK);
  private long index;
  private long session;
  private long sequence;

  @Setup
  public void prepare() {
    session = next();
    var unusedOpened =
        machine.apply(
            new EntryId(TERM, session), new Command.OpenSession("nonce", 60_000, "bench", ""));
    for (int i = 0; i < held; i++) {
      var unusedGrant = acquire(LockName.of("held/" + i));
    }
    var unusedEvents = machine.drainEvents();
  }

  private long next() {
    return ++index;
  }

  private CommandResult.Granted acquire(LockName name) {
    byte[] command =
        CommandCodec.encode(
            new Command.Acquire(
                request(), name, Samples.OWNER, AcquireMode.exclusive(), Command.WAIT_FOR_EVER));
    return (CommandResult.Granted) machine.apply(new EntryId(TERM, next()), command);
  }

  /** A client acknowledges what it has heard, so that the answers kept for it stay few. */
  private Request request() {
    sequence++;
    return new Request(session, RequestId.of(sequence), sequence);
  }

  @Benchmark
  @OperationsPerInvocation(2)
  public Object pair() {
    CommandResult.Granted granted = acquire(lock);
    byte[] release =
        CommandCodec.encode(new Command.Release(request(), lock, Samples.OWNER, granted.token()));
    CommandResult result = machine.apply(new EntryId(TERM, next()), release);
    var unusedEvents = machine.drainEvents();
    return result;
  }
}
