package io.holdfast.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionClockTest {
  private static final long MILLI = 1_000_000L;
  private static final long STEP_MAX = 100 * MILLI;

  private final SessionClock clock = new SessionClock(STEP_MAX);
  private long now = -5_000 * MILLI;

  @Test
  void aSilentSessionIsDueAfterItsWholeTtlAndNotBefore() {
    turnAfterMillis(0);
    clock.watch(7, 1_000);
    turnAfterMillis(10);

    assertThat(dueWithin(999)).isEmpty();
    assertThat(dueWithin(1)).containsExactly(7L);
  }

  @Test
  void aKeepAliveIsCreditedWithTheTimeOfTheNextTurn() {
    turnAfterMillis(0);
    clock.watch(7, 1_000);
    turnAfterMillis(10);
    dueWithin(500);
    assertThat(clock.touch(7)).isTrue();
    turnAfterMillis(90);

    assertThat(dueWithin(999)).isEmpty();
    assertThat(dueWithin(1)).containsExactly(7L);
  }

  @Test
  void aSessionTouchedInTheTurnInWhichItIsDueIsNotHandedOut() {
    turnAfterMillis(0);
    clock.watch(7, 200);
    turnAfterMillis(1);
    turnAfterMillis(100);
    turnAfterMillis(100);
    assertThat(clock.touch(7)).isTrue();

    assertThat(clock.takeDue(10)).isEmpty();
    turnAfterMillis(1);
    assertThat(dueWithin(199)).isEmpty();
    assertThat(dueWithin(1)).containsExactly(7L);
  }

  @Test
  void aStallOfTheLoopIsGivenToEverySession() {
    turnAfterMillis(0);
    clock.watch(1, 1_000);
    clock.watch(2, 2_000);
    turnAfterMillis(10);
    dueWithin(500);

    turnAfterMillis(60_000);

    assertThat(clock.takeDue(10)).isEmpty();
    assertThat(clock.stalledNanos()).isEqualTo(59_900 * MILLI);
    assertThat(dueWithin(399)).isEmpty();
    assertThat(dueWithin(1)).containsExactly(1L);
    assertThat(dueWithin(999)).isEmpty();
    assertThat(dueWithin(1)).containsExactly(2L);
  }

  @Test
  void aSessionIsJudgedAsOfTheTurnThatBeganToTakeWhatHadArrived() {
    turnAfterMillis(0);
    clock.watch(7, 200);
    turnAfterMillis(1);
    turnAfterMillis(100);
    turnAfterMillis(90);
    now += 20 * MILLI;
    clock.beginTurn(now, false);
    assertThat(clock.takeDue(10)).as("a sign of life may still be unheard").isEmpty();

    now += 20 * MILLI;
    clock.beginTurn(now, true);
    assertThat(clock.takeDue(10)).containsExactly(7L);
  }

  @Test
  void aClockThatStepsBackCountsAsNoTime() {
    turnAfterMillis(0);
    clock.watch(7, 300);
    turnAfterMillis(1);
    now -= 10_000 * MILLI;
    clock.beginTurn(now, true);

    assertThat(dueWithin(299)).isEmpty();
    assertThat(dueWithin(1)).containsExactly(7L);
  }

  @Test
  void aSessionWhoseExpiryWasHandedOutIsNotLiveUntilItIsTakenBack() {
    turnAfterMillis(0);
    clock.watch(7, 100);
    turnAfterMillis(1);
    assertThat(dueWithin(100)).containsExactly(7L);

    assertThat(clock.touch(7)).isFalse();
    assertThat(clock.isLive(7)).isFalse();
    clock.takeBack(List.of(7L));

    assertThat(clock.touch(7)).isTrue();
    turnAfterMillis(1);
    assertThat(dueWithin(99)).isEmpty();
    assertThat(dueWithin(1)).containsExactly(7L);
  }

  @Test
  void aSessionTakenBackWithoutASignOfLifeIsDueAgainAtOnce() {
    turnAfterMillis(0);
    clock.watch(7, 100);
    turnAfterMillis(1);
    assertThat(dueWithin(100)).containsExactly(7L);
    clock.takeBack(List.of(7L));

    assertThat(clock.takeDue(10)).containsExactly(7L);
  }

  @Test
  void forgottenSessionsAreNeverHandedOut() {
    turnAfterMillis(0);
    clock.watch(7, 100);
    clock.watch(8, 100);
    turnAfterMillis(1);
    clock.forget(7);
    clock.touch(8);
    clock.forget(8);
    clock.watch(9, 100);
    clock.clear();
    turnAfterMillis(1);

    assertThat(dueWithin(1_000)).isEmpty();
    assertThat(clock.size()).isZero();
    assertThat(clock.untilNextWakeNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void handsOutNoMoreThanAskedForAndTheRestLater() {
    turnAfterMillis(0);
    for (long session = 1; session <= 10; session++) {
      clock.watch(session, 100);
    }
    turnAfterMillis(1);
    turnAfterMillis(100);

    assertThat(clock.takeDue(4)).hasSize(4);
    assertThat(clock.takeDue(100)).hasSize(6);
  }

  @Test
  void randomSchedulesNeverExpireEarlierThanTheTtlAfterTheLastSignOfLife() {
    for (int seed = 0; seed < 200; seed++) {
      randomSchedule(new Random(seed));
    }
  }

  /** Signs of life are sent at a random moment of the turn in which they are taken. */
  private static void randomSchedule(Random random) {
    SessionClock clock = new SessionClock(STEP_MAX);
    Map<Long, Long> lastSent = new HashMap<>();
    Map<Long, Long> ttls = new HashMap<>();
    int expired = 0;
    long time = random.nextLong();
    for (int turn = 0; turn < 2_000; turn++) {
      clock.beginTurn(time, true);
      long turnLength = random.nextInt(random.nextInt(10) == 0 ? 300 : 10);
      for (int i = 0; i < 3; i++) {
        long session = 1L + random.nextInt(20);
        long sent = time + (turnLength == 0 ? 0 : random.nextLong(turnLength * MILLI));
        if (clock.touch(session)) {
          lastSent.put(session, sent);
        } else if (clock.size() < 20 && !ttls.containsKey(session)) {
          long ttl = 200L + random.nextInt(500);
          clock.watch(session, ttl);
          ttls.put(session, ttl);
          lastSent.put(session, sent);
        }
      }
      long judged = time + turnLength * MILLI;
      for (long session : clock.takeDue(5)) {
        assertThat(judged - lastSent.get(session))
            .isGreaterThanOrEqualTo(ttls.get(session) * MILLI);
        clock.forget(session);
        ttls.remove(session);
        expired++;
      }
      long pause = random.nextInt(random.nextInt(100) == 0 ? 3_000 : 50);
      time = judged + pause * MILLI;
    }
    assertThat(expired).isPositive();
  }

  private List<Long> dueWithin(long millis) {
    List<Long> due = new ArrayList<>();
    long left = millis;
    while (left > 0) {
      long step = Math.min(50, left);
      turnAfterMillis(step);
      due.addAll(clock.takeDue(100));
      left -= step;
    }
    return due;
  }

  private void turnAfterMillis(long millis) {
    now += millis * MILLI;
    clock.beginTurn(now, true);
  }
}
