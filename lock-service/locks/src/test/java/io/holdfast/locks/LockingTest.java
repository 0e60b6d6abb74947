package io.holdfast.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Locks, queues and tokens. */
class LockingTest {
  private final Machine m = new Machine();
  private long x;
  private long y;
  private long z;

  @BeforeEach
  void openSessions() {
    x = m.open();
    y = m.open();
    z = m.open();
  }

  @Test
  @DisplayName("S160: tokens of a lock are dense and increase; asking again keeps the token")
  void tokensAreDenseAndAskingAgainKeepsTheToken() {
    assertThat(m.lock(x, "a")).isEqualTo(Machine.granted("a", 1, m.index));
    long grantedAt = m.index;
    assertThat(m.lock(x, "a")).isEqualTo(Machine.granted("a", 1, grantedAt));
    m.release(x, "a", 1);
    assertThat(m.lock(y, "a")).isEqualTo(Machine.granted("a", 2, m.index));
  }

  @Test
  @DisplayName("S160: a forgotten lock's tokens go on above the floor it left")
  void aForgottenLocksTokensGoOnAboveTheFloor() {
    m.lock(x, "a");
    m.release(x, "a", 1);
    assertThat(m.apply(new Command.Forget(LockName.of("a"))))
        .isEqualTo(new CommandResult.Forgotten(LockName.of("a"), 1));
    assertThat(m.lock(x, "a")).isEqualTo(Machine.granted("a", 2, m.index));
  }

  @Test
  @DisplayName("S160: a restored backup grants above all tokens it could have missed")
  void aRestoredBackupGrantsAboveAllTokensItCouldHaveMissed() {
    m.lock(x, "a");
    m.release(x, "a", 1);
    m.apply(new Command.RaiseTokenFloor(Command.RaiseTokenFloor.AFTER_BACKUP));
    long floor = 1 + (1L << 32);
    assertThat(m.lock(x, "a")).isEqualTo(Machine.granted("a", floor + 1, m.index));
    assertThat(m.lock(x, "new")).isEqualTo(Machine.granted("new", floor + 1, m.index));
  }

  @Test
  @DisplayName("S161: waiters are granted in the order of the log")
  void waitersAreGrantedInTheOrderOfTheLog() {
    m.lock(x, "a");
    assertThat(m.lock(y, "a")).isEqualTo(new CommandResult.Queued(0));
    assertThat(m.lock(z, "a")).isEqualTo(new CommandResult.Queued(1));
    m.release(x, "a", 1);
    assertThat(m.holders("a")).containsExactly(y);
    m.release(y, "a", 2);
    assertThat(m.holders("a")).containsExactly(z);
  }

  @Test
  @DisplayName("S161: a waiter that asks again replaces its wait and keeps its place")
  void aWaiterThatAsksAgainKeepsItsPlace() {
    m.lock(x, "a");
    Request first = m.next(y);
    m.acquire(first, "a", AcquireMode.exclusive());
    m.lock(z, "a");
    assertThat(m.lock(y, "a")).isEqualTo(new CommandResult.Queued(0));
    assertThat(m.machine.lock(LockName.of("a")).orElseThrow().waiterCount()).isEqualTo(2);
    assertThat(m.machine.answer(y, first.id()))
        .contains(new CommandResult.WaitCancelled(first.id(), WaitEnd.REPLACED));
  }

  @Test
  @DisplayName("S161 S162: a waiter whose session ended is not granted")
  void aWaiterWhoseSessionEndedIsNotGranted() {
    m.lock(x, "a");
    m.lock(y, "a");
    m.lock(z, "a");
    m.expire(y);
    m.release(x, "a", 1);
    assertThat(m.holders("a")).containsExactly(z);
  }

  @Test
  @DisplayName("S162: holder and waiter that expire in one step do not hand the lock to each other")
  void holderAndWaiterThatExpireTogetherDoNotHandOver() {
    m.lock(x, "a");
    m.lock(y, "a");
    m.lock(z, "a");
    m.machine.drainEvents();
    m.expire(x, y);
    assertThat(m.holders("a")).containsExactly(z);
    assertThat(m.machine.drainEvents())
        .filteredOn(LockEvent.Granted.class::isInstance)
        .singleElement()
        .extracting(event -> ((LockEvent.Granted) event).session())
        .isEqualTo(z);
  }

  @Test
  @DisplayName("S163 S164: an expiry judged in another term has no effect")
  void anExpiryJudgedInAnotherTermHasNoEffect() {
    m.lock(x, "a");
    m.term = 2;
    assertThat(m.apply(new Command.ExpireSessions(1, List.of(x))))
        .isEqualTo(new CommandResult.StaleTerm(1, 2));
    assertThat(m.holders("a")).containsExactly(x);
  }

  @Test
  @DisplayName("S165: release by a non-holder, or with an old token, is refused with what is true")
  void releaseByANonHolderIsRefusedWithWhatIsTrue() {
    m.lock(x, "a");
    long grantedAt = m.index;
    Holder holder = new Holder(x, "o", new FencingToken(1), AcquireMode.exclusive(), grantedAt);
    assertThat(m.release(y, "a", 1))
        .isEqualTo(
            new CommandResult.NotHolder(LockName.of("a"), new FencingToken(1), List.of(holder), 1));
    assertThat(m.release(x, "a", 2)).isInstanceOf(CommandResult.NotHolder.class);
    assertThat(m.holders("a")).containsExactly(x);
  }

  @Test
  @DisplayName("S165: a retried release gets its first answer, though another holds the lock now")
  void aRetriedReleaseGetsItsFirstAnswer() {
    m.lock(x, "a");
    Command release = new Command.Release(m.next(x), LockName.of("a"), "o", new FencingToken(1));
    CommandResult first = m.apply(release);
    m.lock(y, "a");
    assertThat(m.apply(release)).isEqualTo(first).isInstanceOf(CommandResult.Released.class);
    assertThat(m.holders("a")).containsExactly(y);
  }

  @Test
  void aSharedRequestWaitsBehindAnEarlierExclusiveOne() {
    m.acquire(x, "a", AcquireMode.shared());
    m.lock(y, "a");
    assertThat(m.acquire(z, "a", AcquireMode.shared())).isEqualTo(new CommandResult.Queued(1));
  }

  @Test
  void oneReleaseGrantsARunOfSharedWaiters() {
    m.lock(x, "a");
    m.acquire(y, "a", AcquireMode.shared());
    m.acquire(z, "a", AcquireMode.shared());
    m.release(x, "a", 1);
    assertThat(m.holders("a")).containsExactly(y, z);
  }

  @Test
  void aSemaphoreGivesOutNoMoreThanItsPermits() {
    m.acquire(x, "s", AcquireMode.semaphore(3, 2));
    assertThat(m.acquire(y, "s", AcquireMode.semaphore(3, 2)))
        .isEqualTo(new CommandResult.Queued(0));
    assertThat(m.acquire(z, "s", AcquireMode.semaphore(3, 1)))
        .as("a smaller request does not overtake")
        .isEqualTo(new CommandResult.Queued(1));
    m.release(x, "s", 1);
    assertThat(m.holders("s")).containsExactly(y, z);
  }

  @Test
  void aSemaphoreKeepsTheLimitOfItsFirstUserWhileItIsRemembered() {
    m.acquire(x, "s", AcquireMode.semaphore(3));
    m.release(x, "s", 1);
    assertThat(m.acquire(y, "s", AcquireMode.semaphore(4)))
        .isEqualTo(new CommandResult.LimitMismatch(LockName.of("s"), 3, 4));
    assertThat(m.lock(y, "s"))
        .isEqualTo(new CommandResult.KindMismatch(LockName.of("s"), LockKind.SEMAPHORE));
    m.apply(new Command.Forget(LockName.of("s")));
    assertThat(m.acquire(y, "s", AcquireMode.semaphore(4)))
        .isInstanceOf(CommandResult.Granted.class);
  }

  @Test
  void aTryThatMeetsAHolderIsToldWho() {
    m.lock(x, "a");
    Holder holder = new Holder(x, "o", new FencingToken(1), AcquireMode.exclusive(), m.index);
    assertThat(m.attempt(y, "a"))
        .isEqualTo(new CommandResult.Busy(LockName.of("a"), List.of(holder), 1, 0));
  }

  @Test
  void aWithdrawnWaiterLetsTheNextPass() {
    m.acquire(x, "a", AcquireMode.shared());
    Request exclusive = m.next(y);
    m.acquire(exclusive, "a", AcquireMode.exclusive());
    m.acquire(z, "a", AcquireMode.shared());
    Command cancel = new Command.CancelWait(y, exclusive.id(), Command.CancelReason.TIMEOUT);
    CommandResult cancelled = new CommandResult.WaitCancelled(exclusive.id(), WaitEnd.TIMEOUT);
    assertThat(m.apply(cancel)).isEqualTo(cancelled);
    assertThat(m.holders("a")).containsExactly(x, z);
    assertThat(m.apply(cancel)).as("withdrawn again").isEqualTo(cancelled);
  }

  @Test
  void aWithdrawalThatComesTooLateFindsTheGrant() {
    Request request = m.next(x);
    CommandResult granted = m.acquire(request, "a", AcquireMode.exclusive());
    assertThat(m.apply(new Command.CancelWait(x, request.id(), Command.CancelReason.CANCELLED)))
        .isEqualTo(granted);
    assertThat(m.holders("a")).containsExactly(x);
  }

  @Test
  void aForcedReleaseHandsOverAndTakesEffectOncePerNonce() {
    m.lock(x, "a");
    m.lock(y, "a");
    Command force = new Command.ForceRelease("n", LockName.of("a"));
    CommandResult first = m.apply(force);
    assertThat(first).isEqualTo(new CommandResult.ForceReleased(LockName.of("a"), 1));
    assertThat(m.holders("a")).containsExactly(y);
    assertThat(m.apply(force)).isEqualTo(first);
    assertThat(m.holders("a")).containsExactly(y);
  }

  @Test
  void aValueLivesAsLongAsTheHoldThatPublishedIt() {
    m.lock(x, "leader");
    LockName leader = LockName.of("leader");
    LockValue value = LockValue.utf8("host:1");
    m.apply(new Command.Publish(m.next(x), leader, "o", new FencingToken(1), value));
    assertThat(m.machine.lock(leader).orElseThrow().value()).contains(value);
    m.machine.drainEvents();
    m.expire(x);
    assertThat(m.machine.lock(leader).orElseThrow().value()).isEmpty();
    assertThat(m.machine.drainEvents())
        .contains(
            new LockEvent.ValueChanged(m.index, leader, new FencingToken(1), Optional.empty()));
  }

  @Test
  void allOrNothingHoldsNothingWhileItWaits() {
    m.lock(x, "b");
    assertThat(m.lockAll(y, "a", "b")).isEqualTo(new CommandResult.Queued(0));
    assertThat(m.holders("a")).isEmpty();
    assertThat(m.lock(z, "a")).as("behind it, though free").isEqualTo(new CommandResult.Queued(1));
    m.release(x, "b", 1);
    assertThat(m.holders("a")).containsExactly(y);
    assertThat(m.holders("b")).containsExactly(y);
  }

  @Test
  void twoAllOrNothingRequestsCannotDeadlock() {
    m.lock(z, "a");
    m.lock(z, "b");
    m.lockAll(x, "a", "b");
    m.lockAll(y, "b", "a");
    m.close(z);
    assertThat(m.holders("a")).containsExactly(x);
    assertThat(m.holders("b")).containsExactly(x);
    m.close(x);
    assertThat(m.holders("a")).containsExactly(y);
    assertThat(m.holders("b")).containsExactly(y);
  }

  @Test
  void aRequestThatWouldCloseACycleIsRefusedAndTheCycleNamed() {
    m.lock(x, "a");
    m.lock(y, "b");
    m.lock(z, "c");
    m.lock(x, "b");
    m.lock(y, "c");
    assertThat(m.lock(z, "a"))
        .isEqualTo(
            new CommandResult.Deadlock(
                List.of(
                    new CommandResult.WaitLink(z, "o", LockName.of("a")),
                    new CommandResult.WaitLink(x, "o", LockName.of("b")),
                    new CommandResult.WaitLink(y, "o", LockName.of("c")))));
  }

  @Test
  void aSemaphoreThatAnotherHolderCanStillFreeIsNoDeadlock() {
    m.acquire(x, "s", AcquireMode.semaphore(2));
    m.acquire(z, "s", AcquireMode.semaphore(2));
    m.lock(y, "a");
    m.lock(x, "a");
    assertThat(m.acquire(y, "s", AcquireMode.semaphore(2)))
        .as("z may free a permit")
        .isEqualTo(new CommandResult.Queued(0));
  }

  @Test
  void theLeastRecentlyUsedIdleLockMakesRoomForANewOne() {
    m.limit(Limit.LOCKS, 2);
    m.lock(x, "a");
    m.lock(x, "b");
    assertThat(m.lock(x, "c")).isEqualTo(new CommandResult.LimitExceeded("locks", 3, 2));
    m.release(x, "b", 1);
    m.release(x, "a", 1);
    m.lock(x, "c");
    assertThat(m.machine.lock(LockName.of("b"))).isEmpty();
    assertThat(m.machine.lock(LockName.of("a"))).isPresent();
  }

  @Test
  void everyBoundIsRefusedByFieldValueAndLimit() {
    m.limit(Limit.WAITERS_PER_LOCK, 1);
    m.lock(x, "a");
    m.lock(y, "a");
    assertThat(m.lock(z, "a")).isEqualTo(new CommandResult.LimitExceeded("waitersPerLock", 2, 1));
    m.limit(Limit.HOLDS_PER_SESSION, 1);
    assertThat(m.lock(x, "b")).isEqualTo(new CommandResult.LimitExceeded("holdsPerSession", 2, 1));
    m.limit(Limit.OWNER_BYTES, 1);
    Command longOwner =
        new Command.Acquire(m.next(z), LockName.of("b"), "ow", AcquireMode.exclusive(), false);
    assertThat(m.apply(longOwner)).isEqualTo(new CommandResult.LimitExceeded("ownerBytes", 2, 1));
    m.limit(Limit.SESSIONS, 3);
    assertThat(m.apply(new Command.OpenSession("n", 1, "", "")))
        .isEqualTo(new CommandResult.LimitExceeded("sessions", 4, 3));
  }
}
