package io.holdfast.locks;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.spi.StateMachine;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;

/**
 * Prints what commands cost and what the state weighs. A program, not a test: run its {@code main}
 * with a heap of 4 GB. Figures are processor time of one thread and include encoding and decoding
 * the command.
 */
public final class LockBenchmark {
  private static final int LOCKS = 1_000_000;
  private static final int SESSIONS = 100_000;

  private final LockStateMachine machine = new LockStateMachine();
  private final Random random = new Random(1);
  private long index;
  private long sequence;

  private LockBenchmark() {}

  public static void main(String[] arguments) {
    LockBenchmark benchmark = new LockBenchmark();
    benchmark.pairs("1 session, 16 locks", benchmark.open(), 16, 1_000_000);
    new LockBenchmark().fill();
    new LockBenchmark().fillHeld();
  }

  private long open() {
    apply(new Command.OpenSession("n" + index, 10_000, "benchmark", ""));
    return index;
  }

  private CommandResult apply(Command command) {
    return machine.apply(new EntryId(1, ++index), CommandCodec.encode(command));
  }

  private static LockName name(int number) {
    return LockName.of("orders/customer/" + number);
  }

  private void pair(long session, LockName lock) {
    Request ask = new Request(session, RequestId.of(++sequence), sequence);
    CommandResult result =
        apply(new Command.Acquire(ask, lock, "worker", AcquireMode.exclusive(), true));
    FencingToken token = ((CommandResult.Granted) result).token();
    Request release = new Request(session, RequestId.of(++sequence), sequence);
    apply(new Command.Release(release, lock, "worker", token));
    if (index % 64 == 0) {
      machine.drainEvents();
    }
  }

  private void pairs(String what, long session, int lockCount, int pairCount) {
    LockName[] names = new LockName[lockCount];
    for (int at = 0; at < lockCount; at++) {
      names[at] = name(at);
    }
    for (int round = 0; round < 3; round++) {
      long start = nanos();
      for (int count = 0; count < pairCount; count++) {
        pair(session, names[random.nextInt(lockCount)]);
      }
      System.out.printf("%s: %d ns a pair%n", what, (nanos() - start) / pairCount);
    }
  }

  private void fill() {
    long empty = usedBytes();
    long first = 0;
    for (int count = 0; count < SESSIONS; count++) {
      long session = open();
      first = first == 0 ? session : first;
    }
    machine.drainEvents();
    long withSessions = usedBytes();
    System.out.printf("a session: %d bytes%n", (withSessions - empty) / SESSIONS);
    long start = nanos();
    for (int number = 0; number < LOCKS; number++) {
      pair(first + number % SESSIONS, name(number));
    }
    System.out.printf("first pair: %d ns%n", (nanos() - start) / LOCKS);
    machine.drainEvents();
    long withLocks = usedBytes();
    System.out.printf(
        "an idle lock and a tenth of a session's answers: %d bytes%n",
        (withLocks - withSessions) / LOCKS);
    pairs("1 session, 1,000,000 locks remembered", first, LOCKS, 1_000_000);
    snapshot();
  }

  /** A million locks held, ten by each of a hundred thousand sessions. */
  private void fillHeld() {
    for (int count = 0; count < SESSIONS; count++) {
      open();
    }
    machine.drainEvents();
    long withSessions = usedBytes();
    long worst = 0;
    long start = nanos();
    for (int number = 0; number < LOCKS; number++) {
      long before = nanos();
      hold(1 + number % SESSIONS, 1 + number / SESSIONS, name(number));
      worst = Math.max(worst, nanos() - before);
    }
    System.out.printf(
        "an acquire that makes a lock: %d ns, worst %d us%n",
        (nanos() - start) / LOCKS, worst / 1_000);
    machine.drainEvents();
    System.out.printf("a held lock: %d bytes%n", (usedBytes() - withSessions) / LOCKS);
    listing();
    snapshot();
  }

  private void hold(long session, long request, LockName lock) {
    Request ask = new Request(session, RequestId.of(request), request);
    apply(new Command.Acquire(ask, lock, "worker", AcquireMode.exclusive(), true));
    if (index % 64 == 0) {
      machine.drainEvents();
    }
  }

  private void listing() {
    long start = nanos();
    int listed = 0;
    String after = "";
    List<LockView> page = machine.locks("", after, LockStateMachine.QUERY_MAX);
    while (!page.isEmpty()) {
      listed += page.size();
      after = page.get(page.size() - 1).name().value();
      page = machine.locks("", after, LockStateMachine.QUERY_MAX);
    }
    System.out.printf("listing %d locks: %d ms%n", listed, (nanos() - start) / 1_000_000);
  }

  private void snapshot() {
    long start = nanos();
    StateMachine.SnapshotView view = machine.beginSnapshot();
    System.out.printf("begin of a snapshot: %d us%n", (nanos() - start) / 1_000);
    LockStateMachine restored = new LockStateMachine();
    StateMachine.Restore restore = restored.beginRestore();
    long bytes = 0;
    long worst = 0;
    byte[] piece = view.nextChunk(256 * 1024);
    while (piece != null) {
      bytes += piece.length;
      restore.accept(piece);
      long pieceStart = nanos();
      piece = view.nextChunk(256 * 1024);
      worst = Math.max(worst, nanos() - pieceStart);
    }
    view.close();
    long finish = nanos();
    restore.finish();
    System.out.printf(
        "snapshot and restore: %d bytes, %d ms of which the end %d ms, worst 256 KB piece %d us%n",
        bytes, (nanos() - start) / 1_000_000, (nanos() - finish) / 1_000_000, worst / 1_000);
  }

  /** Processor time of this thread, so that a busy machine shows little. */
  private static long nanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long usedBytes() {
    for (int round = 0; round < 3; round++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
