package io.holdfast.client;

import static io.holdfast.client.Script.granted;
import static io.holdfast.client.Script.idOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.api.Event;
import io.holdfast.api.Grant;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class AcquireAllTest {
  private final Script script = new Script();
  private final HoldfastClient client = script.client("a:1", "b:1");

  @Test
  void allAreGrantedTogetherInTheOrderTheyWereAskedFor() {
    CompletableFuture<LeaseGroup> acquiring = client.acquireAllAsync("b", "a");
    RequestMessage sent = script.line().last(Request.AcquireAll.class);
    assertThat(((Request.AcquireAll) sent.request()).locks()).containsExactly("b", "a");
    script.line().answer(sent, grantedAll(List.of(new Grant("a", 4), new Grant("b", 7))));

    LeaseGroup group = acquiring.join();
    assertThat(group.leases()).extracting(Lease::lock).containsExactly("b", "a");
    assertThat(group.lease("a").token()).isEqualTo(4);
    assertThat(group.isValid()).isTrue();
    assertThat(group.remaining()).isPositive();
    CompletableFuture<Void> releasing = group.releaseAsync();
    assertThat(script.line().all(Request.Release.class)).hasSize(2);
    for (RequestMessage release : script.line().all(Request.Release.class)) {
      script
          .line()
          .answer(release, new Reply.Released(((Request.Release) release.request()).lock()));
    }
    assertThat(releasing).isCompleted();
    assertThat(group.isValid()).isFalse();
    assertThatThrownBy(() -> group.lease("c")).hasMessageContaining("'c'");
  }

  @Test
  void theGrantComesAsAnEventWhenAllAreFree() {
    CompletableFuture<LeaseGroup> acquiring = client.acquireAllAsync("a", "b");
    RequestMessage sent = script.line().last(Request.AcquireAll.class);
    script.line().answer(sent, new Reply.Queued("a", 1, Script.SESSION));
    assertThat(acquiring).isNotDone();

    script
        .line()
        .tell(
            new Event.GrantedAll(
                Script.SESSION, idOf(sent), List.of(new Grant("a", 1), new Grant("b", 2)), 100));
    assertThat(acquiring.join().leases()).extracting(Lease::token).containsExactly(1L, 2L);
  }

  @Test
  void whatIsGrantedAfterTheCallerHasGoneIsAllGivenBack() {
    CompletableFuture<LeaseGroup> acquiring = client.acquireAllAsync("a", "b");
    RequestMessage sent = script.line().last(Request.AcquireAll.class);
    acquiring.cancel(false);
    script.line().answer(sent, grantedAll(List.of(new Grant("a", 1), new Grant("b", 2))));

    assertThat(script.line().all(Request.Release.class))
        .extracting(release -> ((Request.Release) release.request()).lock())
        .containsExactly("a", "b");
  }

  @Test
  void locksThatAreNotFreeInTimeLeaveNothingHeld() {
    CompletableFuture<Optional<LeaseGroup>> trying =
        client.locks("a", "b").tryAcquireAsync(Duration.ZERO);
    script.line().answer(Request.AcquireAll.class, new Reply.Busy("a", List.of(), Script.SESSION));
    assertThat(trying.join()).isEmpty();
    CompletableFuture<LeaseGroup> bounded =
        client.locks("a", "b").acquireAsync(Duration.ofMillis(100));
    script.line().answer(Request.AcquireAll.class, new Reply.Busy("a", List.of(), Script.SESSION));
    assertThat(bounded)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(AcquireTimeoutException.class);
    assertThatThrownBy(() -> client.locks()).hasMessageContaining("1 to 256");
    assertThatThrownBy(() -> client.locks("a", "a")).hasMessageContaining("twice");
  }

  @Test
  void aForcedReleaseMissedWhileDisconnectedShowsAtTheReconnect() {
    CompletableFuture<Lease> taken = client.lock("taken").acquireAsync();
    script.line().answer(Request.Acquire.class, granted("taken", 5));
    CompletableFuture<Lease> kept = client.lock("kept").acquireAsync();
    script.line().answer(Request.Acquire.class, granted("kept", 9));
    List<LossReason> losses = new ArrayList<>();
    taken.join().onLost(losses::add);

    script.line().breakOff();
    script.holds = List.of(new Grant("kept", 9), new Grant("taken", 6));
    script.advanceMillis(50);

    assertThat(losses)
        .as("another grant of the lock counts for nothing")
        .containsExactly(LossReason.REVOKED);
    assertThat(taken.join().isValid()).isFalse();
    assertThat(kept.join().isValid()).isTrue();
    script.line().breakOff();
    script.holds = null;
    script.advanceMillis(50);
    assertThat(kept.join().isValid()).as("a peer that does not tell").isTrue();
  }

  private static Reply grantedAll(List<Grant> grants) {
    return new Reply.GrantedAll(grants, Script.SESSION, 100);
  }
}
