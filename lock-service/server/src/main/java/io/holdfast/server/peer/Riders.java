package io.holdfast.server.peer;

import io.holdfast.api.LockMode;
import io.holdfast.api.Request;
import io.holdfast.locks.LockEvent;
import io.holdfast.locks.LockName;
import io.holdfast.locks.LockStateMachine;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requests that will have to wait in a queue anyway, kept for a moment so that they share the next
 * commit. Alone each would start a commit of its own, and the release that the whole queue waits
 * for would have to wait until that is over: on a lock that is passed on all the time, half of all
 * commits, and half the time of a hand-over.
 *
 * <p>What is kept is proposed before anything that came later, so that the order of arrival stays
 * the order of the log; it is proposed by itself when its time is over, or when its lock is free
 * after all.
 */
final class Riders {
  private static final long RIDE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int RIDERS_MAX = 1_024;

  private final PeerContext context;
  private final Gathering<Rider> riders;
  private boolean lockFreed;

  /**
   * A request that is kept.
   *
   * @param session the session it acts for
   */
  record Rider(Call call, long session, LockName lock) {}

  Riders(PeerContext context) {
    this.context = context;
    this.riders = new Gathering<>(context, RIDE_NANOS_MAX, RIDERS_MAX);
  }

  /** Keeps a request whose lock is taken and that would wait for it; says whether it did. */
  boolean keep(Call call, long session) {
    if (!(call.request() instanceof Request.Acquire acquire)
        || acquire.mode() != LockMode.EXCLUSIVE
        || acquire.waitMillis() == 0
        || riders.isFull()) {
      return false;
    }
    LockName lock = LockName.of(acquire.lock());
    if (!context.machine().isTaken(lock)) {
      return false;
    }
    riders.add(new Rider(call, session, lock));
    return true;
  }

  /** Follows what the log did. */
  void event(LockEvent event) {
    lockFreed |= event instanceof LockEvent.Freed;
  }

  /** Whether what is kept must not be kept any longer. Once in a turn, at its end. */
  boolean isDue() {
    boolean looks = lockFreed;
    lockFreed = false;
    LockStateMachine machine = context.machine();
    return (looks && riders.kept().stream().anyMatch(rider -> !machine.isTaken(rider.lock())))
        || untilDueNanos() <= 0;
  }

  long untilDueNanos() {
    return riders.untilDueNanos();
  }

  /** Gives everything that is kept to the taker, in the order it came. */
  void leave(Consumer<Rider> taker) {
    riders.leave(taker);
  }
}
