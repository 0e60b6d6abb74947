package io.holdfast.client.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.api.Event;
import io.holdfast.api.LockMode;
import io.holdfast.client.AcquireTimeoutException;
import io.holdfast.client.ClientClosedException;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.Leader;
import io.holdfast.client.Leadership;
import io.holdfast.client.Lease;
import io.holdfast.client.LeaseLostException;
import io.holdfast.client.LockMismatchException;
import io.holdfast.client.LossReason;
import io.holdfast.client.Session;
import io.holdfast.client.SessionLostException;
import io.holdfast.client.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InMemoryHoldfastTest {
  private static final Duration WAIT = Duration.ofSeconds(5);

  private final InMemoryHoldfast holdfast = new InMemoryHoldfast();
  private final HoldfastClient client = holdfast.newClient();
  private final HoldfastClient other = holdfast.newClient();

  @Test
  void eachGrantHasTheNextToken() throws Exception {
    for (long token = 1; token <= 5; token++) {
      try (Lease lease = client.lock("orders/42").acquire(WAIT)) {
        assertThat(lease.token()).isEqualTo(token);
        assertThat(lease.isValid()).isTrue();
        assertThat(client.check("orders/42", token)).isTrue();
      }
      assertThat(client.check("orders/42", token)).isFalse();
    }
  }

  @Test
  void lockInUseIsNotAcquiredByAnother() throws Exception {
    Lease lease = client.lock("a").acquire();

    assertThat(other.lock("a").tryAcquire()).isEmpty();
    assertThat(client.lock("a").tryAcquire()).isEmpty();
    lease.release();
    assertThat(other.lock("a").tryAcquire()).isPresent();
  }

  @Test
  void boundedWaitEndsWithTheTypedException() throws Exception {
    Lease lease = client.lock("a").acquire();
    CompletableFuture<Lease> waiting = other.lock("a").acquireAsync(WAIT);

    holdfast.advance(WAIT.minusMillis(1));
    assertThat(waiting).isNotDone();
    holdfast.advance(Duration.ofMillis(1));
    assertThat(waiting)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .withCauseInstanceOf(AcquireTimeoutException.class);
    assertThat(lease.isValid()).isTrue();
    assertThat(client.reads().lock("a").waiting()).isZero();
  }

  @Test
  void waitersAreServedInTheOrderTheyCame() throws Exception {
    Lease held = client.lock("a").acquire();
    List<Integer> order = new ArrayList<>();
    List<CompletableFuture<?>> waiting = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      int mine = number;
      HoldfastClient waiter = number % 2 == 0 ? client : other;
      waiting.add(
          waiter
              .lock("a")
              .acquireAsync()
              .thenAccept(
                  lease -> {
                    order.add(mine);
                    lease.release();
                  }));
    }
    held.release();

    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void cancelledFutureLeavesTheQueue() throws Exception {
    Lease held = client.lock("a").acquire();
    CompletableFuture<Lease> first = other.lock("a").acquireAsync();
    CompletableFuture<Lease> second = other.lock("a").acquireAsync();
    assertThat(client.reads().lock("a").waiting()).isEqualTo(2);

    first.cancel(true);
    assertThat(client.reads().lock("a").waiting()).isEqualTo(1);
    held.release();
    assertThat(second.join().token()).isEqualTo(2);
  }

  @Test
  void futureThatTimesOutByItselfLeavesTheQueue() throws Exception {
    Lease held = client.lock("a").acquire();
    CompletableFuture<Lease> waiting = other.lock("a").acquireAsync();

    waiting.completeExceptionally(new IllegalStateException("given up"));
    assertThat(client.reads().lock("a").waiting()).isZero();
    held.release();
    assertThat(client.reads().lock("a").holders()).isEmpty();
  }

  @Test
  void sharedHoldersExcludeAnExclusiveOneAndTheOtherWayRound() throws Exception {
    Lease one = client.lock("a").shared().acquire();
    Lease two = other.lock("a").shared().acquire();
    CompletableFuture<Lease> writer = client.lock("a").acquireAsync();
    assertThat(writer).isNotDone();
    assertThat(other.lock("a").shared().tryAcquire()).isEmpty();

    one.release();
    two.release();
    assertThat(writer.join().mode()).isEqualTo(LockMode.EXCLUSIVE);
    assertThat(other.lock("a").shared().tryAcquire()).isEmpty();
  }

  @Test
  void semaphoreGivesOutItsPermitsAndNoMore() throws Exception {
    Lease two = client.lock("pool").semaphore(3, 2).acquire();
    Optional<Lease> one = other.lock("pool").semaphore(3).tryAcquire();
    assertThat(one).isPresent();
    assertThat(other.lock("pool").semaphore(3).tryAcquire()).isEmpty();
    two.release();
    assertThat(other.lock("pool").semaphore(3).tryAcquire()).isPresent();
  }

  @Test
  void otherLimitAndOtherKindAreRefused() throws Exception {
    Lease held = client.lock("pool").semaphore(3).acquire();
    assertThat(held.isValid()).isTrue();

    assertThatThrownBy(() -> other.lock("pool").semaphore(4).tryAcquire())
        .isInstanceOf(LockMismatchException.class)
        .hasMessageContaining("limit 3");
    assertThatThrownBy(() -> other.lock("pool").tryAcquire())
        .isInstanceOf(LockMismatchException.class);
  }

  @Test
  void namedOwnerGetsTheHoldItHas() throws Exception {
    Lease first = client.lock("a").owner("worker").acquire();
    Lease again = client.lock("a").owner("worker").acquire();

    assertThat(again.token()).isEqualTo(first.token());
  }

  @Test
  void keepAlivesKeepALeaseForAsLongAsItTakes() throws Exception {
    Lease lease = client.lock("a").acquire();
    List<String> told = new ArrayList<>();
    lease.onAtRisk(() -> told.add("at risk")).onLost(why -> told.add("lost " + why));

    holdfast.advance(Duration.ofHours(1));
    assertThat(lease.isValid()).isTrue();
    assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(6));
    assertThat(told).isEmpty();
  }

  @Test
  void holderKnowsOfTheLossBeforeTheLockIsGivenToAnother() throws Exception {
    Lease lease = client.lock("a").acquire();
    List<String> told = new ArrayList<>();
    lease
        .onAtRisk(() -> told.add("at risk at " + holdfast.now().toMillis()))
        .onLost(why -> told.add("lost " + why + " at " + holdfast.now().toMillis()));
    CompletableFuture<Lease> next = other.lock("a").acquireAsync();
    CompletableFuture<?> handedOver =
        next.thenAccept(it -> told.add("granted at " + holdfast.now().toMillis()));

    holdfast.cutOff(client);
    holdfast.advance(Duration.ofSeconds(20));

    assertThat(handedOver).isDone();
    assertThat(told).containsExactly("at risk at 6666", "lost EXPIRED at 9500", "granted at 10000");
    assertThat(lease.isValid()).isFalse();
    assertThat(lease.remaining()).isZero();
    assertThatThrownBy(lease::release)
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining("not kept alive");
    lease.close();
  }

  @Test
  void silentNetworkIsNoticedWithoutAnAnswer() throws Exception {
    Lease lease = client.lock("a").acquire();
    List<LossReason> told = new ArrayList<>();
    lease.onLost(told::add);

    holdfast.freeze(client);
    holdfast.advance(Duration.ofSeconds(10));
    assertThat(told).containsExactly(LossReason.EXPIRED);
  }

  @Test
  void shortInterruptionOfTheNetworkCostsNothing() throws Exception {
    Lease lease = client.lock("a").acquire();
    List<String> told = new ArrayList<>();
    lease.onAtRisk(() -> told.add("at risk")).onLost(why -> told.add("lost"));

    holdfast.cutOff(client);
    holdfast.advance(Duration.ofSeconds(7));
    assertThat(told).containsExactly("at risk");
    holdfast.heal(client);
    holdfast.advance(Duration.ofMinutes(1));
    assertThat(told).containsExactly("at risk");
    assertThat(lease.isValid()).isTrue();
    lease.release();
  }

  @Test
  void lostSessionIsReplacedForTheNextAcquire() throws Exception {
    Lease lost = client.lock("a").acquire();
    holdfast.expire(lost.session());
    assertThat(lost.isValid()).isFalse();

    Lease next = client.lock("a").acquire();
    assertThat(next.session()).isNotEqualTo(lost.session());
    assertThat(next.token()).isEqualTo(2);
  }

  @Test
  void waiterOfAnExpiredSessionIsToldAtOnce() throws Exception {
    Lease held = other.lock("a").acquire();
    Session session = client.newSession();
    CompletableFuture<Lease> waiting = session.lock("a").acquireAsync();

    holdfast.expire(session.id());
    assertThat(waiting)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .withCauseInstanceOf(SessionLostException.class);
    held.release();
    assertThat(client.reads().lock("a").holders()).isEmpty();
  }

  @Test
  void closingASessionFreesItsLocksAndNoOthers() throws Exception {
    Session session = client.newSession();
    Lease inSession = session.lock("a").acquire();
    Lease outside = client.lock("b").acquire();
    List<LossReason> told = new ArrayList<>();
    inSession.onLost(told::add);

    session.close();
    assertThat(told).containsExactly(LossReason.CLOSED);
    assertThat(other.lock("a").tryAcquire()).isPresent();
    assertThat(outside.isValid()).isTrue();
  }

  @Test
  void administratorTakesALockAndItsHolderIsTold() throws Exception {
    Lease lease = client.lock("a").acquire();
    List<LossReason> told = new ArrayList<>();
    lease.onLost(told::add);

    assertThat(other.forceRelease("a")).isEqualTo(1);
    assertThat(told).containsExactly(LossReason.REVOKED);
    assertThatThrownBy(lease::release).isInstanceOf(LeaseLostException.class);
  }

  @Test
  void releaseTwiceIsOneRelease() throws Exception {
    Lease lease = client.lock("a").acquire();
    lease.release();
    Lease next = other.lock("a").acquire();
    lease.release();
    lease.close();
    assertThat(next.isValid()).isTrue();
    assertThat(client.check("a", next.token())).isTrue();
  }

  @Test
  void leaderPublishesAndObserversSee() throws Exception {
    List<Optional<String>> seen = new ArrayList<>();
    Watch watch =
        other
            .election("leader")
            .observe(leader -> seen.add(leader.map(it -> it.value().orElse("-"))));
    Leadership leadership = client.election("leader").campaign();
    leadership.publish("host-1");
    CompletableFuture<Leadership> successor = other.election("leader").campaignAsync();
    assertThat(other.election("leader").leader().map(Leader::token)).contains(leadership.token());
    leadership.resign();

    assertThat(successor.join().isLeader()).isTrue();
    assertThat(seen)
        .containsExactly(
            Optional.empty(), Optional.of("-"), Optional.of("host-1"), Optional.of("-"));
    watch.close();
    successor.join().resign();
    assertThat(seen).hasSize(4);
  }

  @Test
  void watchResumesBehindTheLastEventAfterAnInterruption() throws Exception {
    List<Event.Change> seen = new ArrayList<>();
    Watch watch = client.watch("jobs/", change -> seen.add(change.change()));
    Lease one = other.lock("jobs/1").acquire();
    holdfast.cutOff(client);
    one.release();
    Lease two = other.lock("jobs/2").acquire();
    assertThat(two.isValid()).isTrue();
    assertThat(seen).containsExactly(Event.Change.GRANTED);

    holdfast.heal(client);
    holdfast.advance(Duration.ofSeconds(5));
    assertThat(seen)
        .containsExactly(Event.Change.GRANTED, Event.Change.RELEASED, Event.Change.GRANTED);
    watch.close();
  }

  @Test
  void listsShowWhatIsHeld() throws Exception {
    Lease lease = client.lock("jobs/1").acquire();
    Lease elsewhere = client.lock("other").acquire();

    assertThat(client.reads().locks("jobs/").locks())
        .extracting(row -> row.lock())
        .containsExactly("jobs/1");
    assertThat(client.reads().sessions(0, 10).sessions())
        .anySatisfy(row -> assertThat(row.holds()).isEqualTo(2));
    assertThat(lease.isValid() && elsewhere.isValid()).isTrue();
    assertThat(client.reads().stale().cluster().leader()).isNotNull();
  }

  @Test
  void closedClientRefusesAndItsLeasesAreLost() throws Exception {
    Lease lease = client.lock("a").acquire();
    client.close();

    assertThat(lease.isValid()).isFalse();
    assertThat(other.lock("a").tryAcquire()).isPresent();
    assertThatThrownBy(() -> client.lock("b").acquire()).isInstanceOf(ClientClosedException.class);
    client.close();
  }

  @Test
  void badArgumentsAreRefusedBeforeAnythingIsSent() {
    assertThatThrownBy(() -> client.lock("/a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lock must not begin or end with '/'; remove it; it is '/a'");
    assertThatThrownBy(() -> client.lock("a").semaphore(2, 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.lock("a").acquire(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HoldfastClient.connect("nowhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host:port");
    assertThatThrownBy(() -> HoldfastClient.builder().build())
        .isInstanceOf(IllegalStateException.class);
  }
}
