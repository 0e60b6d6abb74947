package io.holdfast.locks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sessions, and requests that take effect once. */
class ExactlyOnceTest {
  private final Machine m = new Machine();

  @Test
  @DisplayName("S151: the same request applied twice gives the same answer and changes nothing")
  void theSameRequestTwiceGivesTheSameAnswerAndChangesNothing() {
    long session = m.open();
    Request request = m.next(session);
    CommandResult first = m.acquire(request, "a", AcquireMode.exclusive());
    String digest = m.machine.stateDigest();
    assertThat(m.acquire(request, "a", AcquireMode.exclusive())).isEqualTo(first);
    assertThat(m.machine.stateDigest()).isEqualTo(digest);
  }

  @Test
  @DisplayName("S151: a released acquire that is retried is not granted again")
  void aReleasedAcquireThatIsRetriedIsNotGrantedAgain() {
    long session = m.open();
    Request request = m.next(session);
    CommandResult first = m.acquire(request, "a", AcquireMode.exclusive());
    m.release(session, "a", 1);
    assertThat(m.acquire(request, "a", AcquireMode.exclusive())).isEqualTo(first);
    assertThat(m.holders("a")).isEmpty();
  }

  @Test
  @DisplayName("S152: a retry in a later term and after a restore gets the first answer")
  void aRetryInALaterTermAndAfterARestoreGetsTheFirstAnswer() {
    long session = m.open();
    Request request = m.next(session);
    CommandResult first = m.acquire(request, "a", AcquireMode.exclusive());
    m.term = 7;
    assertThat(m.acquire(request, "a", AcquireMode.exclusive())).isEqualTo(first);
    Machine restored = new Machine(Snapshots.restore(Snapshots.bytes(m.machine)));
    restored.index = m.index;
    assertThat(restored.acquire(request, "a", AcquireMode.exclusive())).isEqualTo(first);
  }

  @Test
  @DisplayName("S153: a request below the acknowledged mark is refused and never run again")
  void aRequestBelowTheMarkIsRefusedAndNeverRunAgain() {
    long session = m.open();
    m.acquire(Request.of(session, 1), "a", AcquireMode.exclusive());
    m.acquire(new Request(session, RequestId.of(9), 5), "b", AcquireMode.exclusive());
    m.apply(
        new Command.Release(Request.of(session, 10), LockName.of("a"), "o", new FencingToken(1)));
    assertThat(m.acquire(Request.of(session, 1), "a", AcquireMode.exclusive()))
        .isEqualTo(new CommandResult.RequestTooOld(RequestId.of(1), 5));
    assertThat(m.holders("a")).isEmpty();
  }

  @Test
  @DisplayName("S153: an answer is kept until it is acknowledged or the bound drops it")
  void anAnswerIsKeptUntilAcknowledgedOrDroppedByTheBound() {
    m.limit(Limit.CACHED_ANSWERS, 2);
    long session = m.open();
    for (long number = 1; number <= 3; number++) {
      m.acquire(Request.of(session, number), "a" + number, AcquireMode.exclusive());
    }
    assertThat(m.acquire(Request.of(session, 2), "a2", AcquireMode.exclusive()))
        .isInstanceOf(CommandResult.Granted.class);
    assertThat(m.acquire(Request.of(session, 1), "a1", AcquireMode.exclusive()))
        .isEqualTo(new CommandResult.RequestTooOld(RequestId.of(1), 2));
  }

  @Test
  @DisplayName("S154: a session ends by a log entry alone, and its later commands are refused")
  void aSessionEndsByALogEntryAndItsLaterCommandsAreRefused() {
    long session = m.open();
    m.expire(session);
    assertThat(m.lock(session, "a"))
        .isEqualTo(new CommandResult.SessionExpired(session, SessionEnd.EXPIRED));
    assertThat(m.machine.lock(LockName.of("a"))).isEmpty();
    assertThat(m.lock(999, "a")).isEqualTo(new CommandResult.UnknownSession(999));
  }

  @Test
  @DisplayName("S155: a session's id is the index of its entry, so that none is used twice")
  void aSessionIdIsTheIndexOfItsEntry() {
    long first = m.open();
    m.close(first);
    Machine restarted = new Machine(Snapshots.restore(Snapshots.bytes(m.machine)));
    restarted.index = m.index;
    long second = restarted.open();
    assertThat(second).isGreaterThan(first).isEqualTo(restarted.index);
  }

  @Test
  void aRetriedOpeningReturnsTheSameSessionUntilItsEndIsForgotten() {
    m.limit(Limit.ENDED_SESSIONS, 1);
    Command open = new Command.OpenSession("n", 10_000, "", "");
    long session = m.index + 1;
    assertThat(m.apply(open)).isEqualTo(new CommandResult.SessionOpened(session, 10_000));
    assertThat(m.apply(open)).isEqualTo(new CommandResult.SessionOpened(session, 10_000));
    m.close(session);
    assertThat(m.apply(open))
        .isEqualTo(new CommandResult.SessionExpired(session, SessionEnd.CLOSED));
    m.close(m.open());
    assertThat(m.apply(open)).isEqualTo(new CommandResult.SessionOpened(m.index, 10_000));
  }

  @Test
  void anotherPrincipalsNonceOpensAnotherSession() {
    m.apply(new Command.OpenSession("n", 10_000, "", "alice"));
    CommandResult other = m.apply(new Command.OpenSession("n", 10_000, "", "eve"));
    assertThat(other).isEqualTo(new CommandResult.SessionOpened(m.index, 10_000));
  }

  @Test
  void theTtlIsBroughtBetweenFloorAndCeiling() {
    m.apply(new Command.OpenSession("short", 1, "", ""));
    assertThat(m.machine.session(m.index).orElseThrow().ttlMillis()).isEqualTo(1_000);
    m.apply(new Command.OpenSession("long", Long.MAX_VALUE, "", ""));
    assertThat(m.machine.session(m.index).orElseThrow().ttlMillis()).isEqualTo(86_400_000);
  }

  @Test
  void anIdUsedForADifferentRequestIsRefused() {
    long session = m.open();
    m.acquire(Request.of(session, 1), "a", AcquireMode.exclusive());
    assertThat(m.acquire(Request.of(session, 1), "b", AcquireMode.exclusive()))
        .isEqualTo(new CommandResult.RequestIdReused(RequestId.of(1)));
  }

  @Test
  void aKeyIsRememberedForABoundedNumberOfKeys() {
    m.limit(Limit.CACHED_KEYS, 2);
    long session = m.open();
    CommandResult first = m.acquire(Request.of(session, "k1"), "a", AcquireMode.exclusive());
    m.acquire(Request.of(session, "k2"), "b", AcquireMode.exclusive());
    assertThat(m.acquire(Request.of(session, "k1"), "a", AcquireMode.exclusive())).isEqualTo(first);
    m.acquire(Request.of(session, "k3"), "c", AcquireMode.exclusive());
    assertThat(m.machine.answer(session, RequestId.of("k1"))).isEmpty();
  }

  @Test
  void aRetryOfAWaitingRequestTellsItsPlaceAndThenItsGrant() {
    long holder = m.open();
    long waiter = m.open();
    m.lock(holder, "a");
    Request request = m.next(waiter);
    m.acquire(request, "a", AcquireMode.exclusive());
    assertThat(m.acquire(request, "a", AcquireMode.exclusive()))
        .isEqualTo(new CommandResult.Queued(0));
    m.release(holder, "a", 1);
    long grantedAt = m.index;
    assertThat(m.acquire(request, "a", AcquireMode.exclusive()))
        .isEqualTo(Machine.granted("a", 2, grantedAt));
  }
}
