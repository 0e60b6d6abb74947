package io.holdfast.client;

import static io.holdfast.client.Script.granted;
import static io.holdfast.client.Script.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Grant;
import io.holdfast.api.LeaderHint;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.api.RequestMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What becomes of requests when connections, peers and leaders fail. */
class RetryTest {
  private final Script script = new Script();
  private final HoldfastClient client = script.client("a:1", "b:1", "c:1");

  private Lease held(String lock, long token) {
    CompletableFuture<Lease> acquiring = client.lock(lock).acquireAsync();
    script.line().answer(Request.Acquire.class, granted(lock, token));
    return acquiring.join();
  }

  private static void assertFails(
      CompletableFuture<?> future, Class<? extends HoldfastException> why) {
    assertThat(future)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(why);
  }

  @Test
  void requestIsSentAgainWithTheSameIdOnTheNextConnection() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    Script.Line first = script.line();
    RequestMessage sent = first.last(Request.Acquire.class);

    first.breakOff();
    script.advanceMillis(50);
    Script.Line second = script.line();
    assertThat(second.address).isNotEqualTo(first.address);
    RequestMessage again = second.last(Request.Acquire.class);
    assertThat(idOf(again)).isEqualTo(idOf(sent));
    second.answer(again, granted("x", 9));
    assertThat(acquiring.join().token()).isEqualTo(9);
  }

  @Test
  void sessionIsAttachedAndRenewedBeforeAnythingElseOnANewConnection() {
    Lease lease = held("x", 1);
    CompletableFuture<Void> publishing = lease.publishAsync("v");
    script.line().breakOff();
    script.advanceMillis(50);

    assertThat(script.line().received)
        .extracting(message -> message.request().op().wireName())
        .containsExactly("hello", "attach", "keepAlive", "publish");
    assertThat(publishing).isNotDone();
  }

  @Test
  void waitGoesOnAfterAReconnectAndIsGrantedByAnEvent() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    script.line().answer(Request.Acquire.class, new Reply.Queued("x", 2, Script.SESSION));
    RequestId id = idOf(script.line().last(Request.Acquire.class));
    script.line().breakOff();
    script.advanceMillis(50);
    script.line().answer(Request.Acquire.class, new Reply.Queued("x", 0, Script.SESSION));
    assertThat(acquiring).isNotDone();

    script.line().tell(new Event.Granted(Script.SESSION, id, "x", 4, 200));
    assertThat(acquiring.join().token()).isEqualTo(4);
  }

  @Test
  void grantThatOvertakesTheAnswerQueuedCounts() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    RequestMessage request = script.line().last(Request.Acquire.class);
    script.line().tell(new Event.Granted(Script.SESSION, idOf(request), "x", 4, 200));
    script.line().answer(request, new Reply.Queued("x", 0, Script.SESSION));

    assertThat(acquiring.join().token()).isEqualTo(4);
    assertThat(acquiring.join().isValid()).isTrue();
  }

  @Test
  void requestThatWasSentAndNeverAnsweredIsOfUnknownOutcome() {
    Lease lease = held("x", 1);
    CompletableFuture<Void> publishing = lease.publishAsync("v");
    script.advanceMillis(9_100);

    assertFails(publishing, OutcomeUnknownException.class);
    List<RequestMessage> attempts =
        script.lines.stream().flatMap(line -> line.all(Request.Publish.class).stream()).toList();
    assertThat(attempts).hasSizeGreaterThan(1);
    assertThat(attempts).extracting(it -> idOf(it).sequence()).containsOnly(2L);
  }

  @Test
  void requestLostWithItsConnectionIsOfUnknownOutcome() {
    Lease lease = held("x", 1);
    CompletableFuture<Void> publishing = lease.publishAsync("v");
    script.unreachable.addAll(List.of("a:1", "b:1", "c:1"));
    script.line().breakOff();
    script.advanceMillis(9_100);

    assertFails(publishing, OutcomeUnknownException.class);
  }

  @Test
  void requestThatCouldNeverBeSentIsUnavailable() {
    script.unreachable.addAll(List.of("a:1", "b:1", "c:1"));
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    script.advanceMillis(9_100);

    assertFails(acquiring, UnavailableException.class);
    assertThat(script.lines.size()).isBetween(10, 60);
  }

  @Test
  void refusalForTheMomentIsTriedAgainWithTheSameId() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    for (int refusal = 0; refusal < 3; refusal++) {
      script.line().answer(Request.Acquire.class, Reply.Failed.of(ErrorCode.NO_LEADER, "electing"));
      script.advanceMillis(150);
    }
    List<RequestMessage> attempts = script.line().all(Request.Acquire.class);
    assertThat(attempts).hasSize(4);
    assertThat(attempts).extracting(it -> idOf(it).sequence()).containsOnly(1L);
    script.line().answer(Request.Acquire.class, granted("x", 3));
    assertThat(acquiring.join().token()).isEqualTo(3);
  }

  @Test
  void definiteRefusalsToTheEndMeanThatNothingWasDone() {
    Lease lease = held("x", 1);
    script.publishAnswer = Reply.Failed.of(ErrorCode.OVERLOADED, "later");
    CompletableFuture<Void> publishing = lease.publishAsync("v");
    script.advanceMillis(9_100);
    assertFails(publishing, UnavailableException.class);
  }

  @Test
  void oneUnknownOutcomeIsNotForgottenOverLaterRefusals() {
    Lease lease = held("x", 1);
    script.publishAnswer = Reply.Failed.of(ErrorCode.OUTCOME_UNKNOWN, "deposed");
    CompletableFuture<Void> publishing = lease.publishAsync("v");
    script.publishAnswer = Reply.Failed.of(ErrorCode.OVERLOADED, "later");
    script.advanceMillis(9_100);
    assertFails(publishing, OutcomeUnknownException.class);
  }

  @Test
  void answersAreAcknowledgedWithTheNextRequest() {
    Lease first = held("x", 1);
    CompletableFuture<Lease> waiting = client.lock("y").acquireAsync();
    script.line().answer(Request.Acquire.class, new Reply.Queued("y", 0, Script.SESSION));
    CompletableFuture<Void> releasing = first.releaseAsync();
    assertThat(idOf(script.line().last(Request.Release.class)))
        .isEqualTo(new RequestId.Sequence(3, 2));
    script.line().answer(Request.Release.class, new Reply.Released("x"));
    assertThat(releasing).isCompleted();

    script.line().tell(new Event.Granted(Script.SESSION, RequestId.of(2), "y", 1, 7));
    CompletableFuture<Void> last = waiting.join().releaseAsync();
    assertThat(idOf(script.line().last(Request.Release.class)))
        .isEqualTo(new RequestId.Sequence(4, 4));
    assertThat(last).isNotDone();
  }

  @Test
  void cancelledAcquireIsWithdrawnAtTheService() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    script.line().answer(Request.Acquire.class, new Reply.Queued("x", 0, Script.SESSION));
    acquiring.cancel(true);

    Request.CancelWait cancel =
        (Request.CancelWait) script.line().last(Request.CancelWait.class).request();
    assertThat(cancel).isEqualTo(new Request.CancelWait(Script.SESSION, RequestId.of(1)));
  }

  @Test
  void acquireCancelledBeforeItsAnswerIsWithdrawnWhenItQueues() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    acquiring.cancel(true);
    assertThat(script.line().all(Request.CancelWait.class)).isEmpty();
    script.line().answer(Request.Acquire.class, new Reply.Queued("x", 0, Script.SESSION));
    assertThat(script.line().all(Request.CancelWait.class)).hasSize(1);
  }

  @Test
  void grantForACancelledAcquireIsGivenBack() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    acquiring.cancel(true);
    script.line().answer(Request.Acquire.class, granted("x", 6));

    Request.Release release = (Request.Release) script.line().last(Request.Release.class).request();
    assertThat(release.token()).isEqualTo(6);
  }

  @Test
  void grantThatTheWithdrawalFindsIsGivenBack() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    script.line().answer(Request.Acquire.class, new Reply.Queued("x", 0, Script.SESSION));
    acquiring.cancel(true);
    script
        .line()
        .answer(
            Request.CancelWait.class,
            new Reply.WaitCancelled(Reply.CancelOutcome.GRANTED, List.of(new Grant("x", 8))));

    Request.Release release = (Request.Release) script.line().last(Request.Release.class).request();
    assertThat(release.token()).isEqualTo(8);
  }

  @Test
  void waitWhoseEndIsNotAnnouncedIsEndedByTheClient() {
    CompletableFuture<Optional<Lease>> acquiring =
        client.lock("x").tryAcquireAsync(Duration.ofSeconds(2));
    script.line().answer(Request.Acquire.class, new Reply.Queued("x", 0, Script.SESSION));
    script.advanceMillis(2_250);
    script
        .line()
        .answer(
            Request.CancelWait.class,
            new Reply.WaitCancelled(Reply.CancelOutcome.WITHDRAWN, List.of()));
    assertThat(acquiring.join()).isEmpty();
  }

  @Test
  void grantFoundAtTheEndOfTheWaitIsTaken() {
    CompletableFuture<Optional<Lease>> acquiring =
        client.lock("x").tryAcquireAsync(Duration.ofSeconds(2));
    script.line().answer(Request.Acquire.class, new Reply.Queued("x", 0, Script.SESSION));
    script.advanceMillis(2_250);
    script
        .line()
        .answer(
            Request.CancelWait.class,
            new Reply.WaitCancelled(Reply.CancelOutcome.GRANTED, List.of(new Grant("x", 8))));
    assertThat(acquiring.join().map(Lease::token)).contains(8L);
  }

  @Test
  void repeatedAcquireAsksForWhatIsLeftOfTheWait() {
    CompletableFuture<Optional<Lease>> acquiring =
        client.lock("x").tryAcquireAsync(Duration.ofSeconds(60));
    script.advanceMillis(4_000);
    script.line().breakOff();
    script.advanceMillis(50);
    Request.Acquire again = (Request.Acquire) script.line().last(Request.Acquire.class).request();
    assertThat(again.waitMillis()).isBetween(55_900L, 56_000L);
    assertThat(acquiring).isNotDone();
  }

  @Test
  void releaseGoesOnBehindTheBackOfACallerWhoseTimeIsOver() {
    Lease lease = held("x", 1);
    CompletableFuture<Void> releasing = lease.releaseAsync();
    script.advanceMillis(9_100);
    assertFails(releasing, OutcomeUnknownException.class);
    int attempts = script.line().all(Request.Release.class).size();

    script.line().breakOff();
    script.advanceMillis(100);
    assertThat(script.line().all(Request.Release.class)).hasSize(1);
    assertThat(attempts).isPositive();
    script.line().answer(Request.Release.class, new Reply.Released("x"));
    script.line().breakOff();
    script.advanceMillis(100);
    assertThat(script.line().all(Request.Release.class)).isEmpty();
  }

  @Test
  void acquireTheServiceHasForgottenIsAskedAnewForTheSameOwner() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    Request.Acquire first = (Request.Acquire) script.line().last(Request.Acquire.class).request();
    script
        .line()
        .answer(Request.Acquire.class, Reply.Failed.of(ErrorCode.REQUEST_TOO_OLD, "forgotten"));
    Request.Acquire second = (Request.Acquire) script.line().last(Request.Acquire.class).request();

    assertThat(second.owner()).isEqualTo(first.owner());
    assertThat(second.requestId()).isNotEqualTo(first.requestId());
    script.line().answer(Request.Acquire.class, granted("x", 3));
    assertThat(acquiring.join().token()).isEqualTo(3);
  }

  @Test
  void answerOfAConnectionThatWasGivenUpIsIgnored() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    Script.Line first = script.line();
    RequestMessage sent = first.last(Request.Acquire.class);
    first.breakOff();
    script.advanceMillis(50);
    script.runtime.execute(
        () ->
            first.listener.received(
                List.of(new io.holdfast.api.ServerMessage.Answer(sent.id(), granted("x", 77)))));
    assertThat(acquiring).isNotDone();
    script.line().answer(Request.Acquire.class, granted("x", 3));
    assertThat(acquiring.join().token()).isEqualTo(3);
  }

  @Test
  void leaderIsFollowedBesideTheConnectionInUse() {
    script.leader = new LeaderHint("peer b:1", "b:1");
    HoldfastClient alone = script.client("a:1");
    CompletableFuture<Lease> acquiring = alone.lock("x").acquireAsync();

    assertThat(script.lines).extracting(line -> line.address).containsExactly("a:1", "b:1");
    assertThat(script.lines.get(0).open).isFalse();
    script.line().answer(Request.Acquire.class, granted("x", 3));
    assertThat(acquiring.join().isValid()).isTrue();
  }

  @Test
  void leaderThatCannotBeReachedChangesNothing() {
    script.leader = new LeaderHint("peer z:1", "z:1");
    script.unreachable.add("z:1");
    HoldfastClient alone = script.client("a:1");
    CompletableFuture<Lease> acquiring = alone.lock("x").acquireAsync();

    assertThat(script.lines).extracting(line -> line.address).containsExactly("a:1", "z:1");
    script.lines.get(0).answer(Request.Acquire.class, granted("x", 3));
    assertThat(acquiring.join().isValid()).isTrue();
  }

  @Test
  void peerThatGoesAwayIsLeftOnceAnotherIsReady() {
    Lease lease = held("x", 1);
    Script.Line first = script.line();
    script.answersGreetings = false;
    first.tell(new Event.GoingAway());
    Script.Line second = script.line();
    assertThat(second.address).isNotEqualTo(first.address);
    assertThat(first.open).isTrue();
    second.answer(
        Request.Hello.class,
        new Reply.Welcome("p", null, new Reply.ServerLimits(200, 1_000, 10, 1_000)));
    assertThat(first.open).isFalse();
    assertThat(second.all(Request.Attach.class)).hasSize(1);
    assertThat(lease.isValid()).isTrue();
  }

  @Test
  void peerThatKnowsNoLeaderForLongIsLeft() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    Script.Line first = script.line();
    for (int round = 0; round < 30 && script.lines.size() == 1; round++) {
      first.answer(Request.Acquire.class, Reply.Failed.of(ErrorCode.NO_LEADER, "cut off"));
      script.advanceMillis(500);
    }
    assertThat(script.nowMillis()).isLessThan(4_000);
    assertThat(script.line().address).isNotEqualTo(first.address);
    script.line().answer(Request.Acquire.class, granted("x", 3));
    assertThat(acquiring.join().isValid()).isTrue();
  }

  @Test
  void wrongCredentialsEndTheWaitingAtOnce() {
    script.answersGreetings = false;
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    script
        .line()
        .answer(Request.Hello.class, Reply.Failed.of(ErrorCode.UNAUTHORIZED, "unknown token"));
    assertFails(acquiring, AccessDeniedException.class);
  }

  @Test
  void requestsBeyondWhatThePeerAllowsWaitForAnswers() {
    Lease lease = held("x", 1);
    for (int number = 0; number < 1_100; number++) {
      CompletableFuture<Void> unused = lease.publishAsync("v" + number);
    }
    assertThat(script.line().all(Request.Publish.class)).hasSize(1_016);
    script.line().answer(script.line().all(Request.Publish.class).get(0), new Reply.Published("x"));
    assertThat(script.line().all(Request.Publish.class)).hasSize(1_017);
  }
}
