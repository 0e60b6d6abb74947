package io.holdfast.client;

import static io.holdfast.client.Script.granted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** How long a session lives, as its client counts. */
class KeepAliveTest {
  private final Script script = new Script();
  private final HoldfastClient client = script.client("a:1", "b:1");
  private final List<String> told = new ArrayList<>();

  private Lease held() {
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    script.line().answer(Request.Acquire.class, granted("x", 1));
    Lease lease = acquiring.join();
    return lease
        .onAtRisk(() -> told.add("at risk at " + script.nowMillis()))
        .onLost(why -> told.add("lost at " + script.nowMillis() + " " + why));
  }

  @Test
  void keepAliveLeavesEveryThirdOfTheTtl() {
    Lease lease = held();
    script.advanceMillis(14_000);

    assertThat(script.line().timesOf(Request.KeepAlive.class))
        .containsExactly(3_333L, 6_666L, 9_999L, 13_333L);
    assertThat(lease.isValid()).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void lifeIsCountedFromTheSendingOfWhatWasAcknowledged() {
    script.answersKeepAlives = false;
    Lease lease = held();
    script.advanceMillis(3_400);
    RequestMessage sent = script.line().last(Request.KeepAlive.class);
    script.advanceMillis(1_500);
    script.line().answer(sent, new Reply.KeptAlive(Script.SESSION, Script.TTL_MILLIS));

    long sentAtMillis = 3_333;
    long lostAtMillis = sentAtMillis + 9_500;
    assertThat(lease.remaining().toMillis()).isEqualTo(lostAtMillis - script.nowMillis());
  }

  @Test
  void warningComesAtTwoThirdsAndLossBeforeTheServiceCouldExpire() {
    Lease lease = held();
    script.answersKeepAlives = false;
    script.advanceMillis(12_000);

    assertThat(told).containsExactly("at risk at 6666", "lost at 9500 EXPIRED");
    assertThat(lease.isValid()).isFalse();
    assertThatThrownBy(lease::requireValid).isInstanceOf(LeaseLostException.class);
  }

  @Test
  void acknowledgementThatComesTooLateRevivesNothing() {
    script.answersKeepAlives = false;
    Lease lease = held();
    script.advanceMillis(3_400);
    Script.Line line = script.line();
    RequestMessage sent = line.last(Request.KeepAlive.class);
    script.advanceMillis(6_100);
    assertThat(lease.isValid()).isFalse();

    script.runtime.execute(
        () ->
            line.listener.received(
                List.of(
                    new io.holdfast.api.ServerMessage.Answer(
                        sent.id(), new Reply.KeptAlive(Script.SESSION, Script.TTL_MILLIS)))));
    assertThat(lease.isValid()).isFalse();
    assertThat(told).hasSize(2);
  }

  @Test
  void processThatWasStoppedForTooLongIsNotSavedByAnAnswerThatLayWaiting() {
    script.answersKeepAlives = false;
    Lease lease = held();
    script.advanceMillis(3_400);
    RequestMessage sent = script.line().last(Request.KeepAlive.class);
    script.runtime.stall(Duration.ofSeconds(7));
    assertThat(lease.isValid()).isFalse();

    script.line().answer(sent, new Reply.KeptAlive(Script.SESSION, Script.TTL_MILLIS));
    assertThat(lease.isValid()).isFalse();
    assertThat(told).containsExactly("at risk at 10400", "lost at 10400 EXPIRED");
  }

  @Test
  void silentPeerIsLeftForAnotherBeforeTheSessionIsAtRisk() {
    Lease lease = held();
    Script.Line first = script.line();
    script.answersKeepAlives = false;
    script.advanceMillis(4_900);
    script.answersKeepAlives = true;
    script.advanceMillis(1_000);
    assertThat(first.open).isFalse();

    assertThat(script.line().address).isNotEqualTo(first.address);
    assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(8));
    script.advanceMillis(30_000);
    assertThat(told).isEmpty();
  }

  @Test
  void dangerThatPassesIsToldToTheListenerAndMayComeAgain() {
    script.answersKeepAlives = false;
    Lease lease = held();
    script.advanceMillis(7_000);
    script.answersKeepAlives = true;
    script.advanceMillis(2_000);
    assertThat(lease.isValid()).isTrue();
    script.answersKeepAlives = false;
    script.advanceMillis(7_000);

    assertThat(told).hasSize(2).allMatch(it -> it.startsWith("at risk"));
  }

  @Test
  void sessionTheServiceEndedIsLostAndTheNextAcquireOpensAnother() {
    Lease lease = held();
    script.line().tell(new Event.SessionEnded(Script.SESSION, Event.SessionEnd.EXPIRED));
    assertThat(told).containsExactly("lost at 0 SESSION_ENDED");

    CompletableFuture<Lease> next = client.lock("y").acquireAsync();
    Request.Acquire request = (Request.Acquire) script.line().last(Request.Acquire.class).request();
    assertThat(request.session()).isEqualTo(Script.SESSION + 1);
    assertThat(next).isNotDone();
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void refusedKeepAliveEndsTheSessionAndWhatWaitsInIt() {
    Lease lease = held();
    CompletableFuture<Lease> waiting = client.lock("y").acquireAsync();
    script.line().answer(Request.Acquire.class, new Reply.Queued("y", 0, Script.SESSION));
    script.answersKeepAlives = false;
    script.advanceMillis(3_400);
    script
        .line()
        .answer(Request.KeepAlive.class, Reply.Failed.of(ErrorCode.SESSION_EXPIRED, "it is over"));

    assertThat(told).containsExactly("lost at 3400 SESSION_ENDED");
    assertThat(waiting)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(SessionLostException.class);
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void keepAliveRefusedForTheMomentIsSentAgainSoon() {
    Lease lease = held();
    script.answersKeepAlives = false;
    script.advanceMillis(3_400);
    script.line().answer(Request.KeepAlive.class, Reply.Failed.of(ErrorCode.NO_LEADER, "electing"));
    script.answersKeepAlives = true;
    script.advanceMillis(1_000);

    assertThat(script.line().timesOf(Request.KeepAlive.class)).startsWith(3_333L, 3_816L);
    assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(8));
  }

  @Test
  void sessionFoundByARetryIsCountedFromTheFirstAttempt() {
    script.answersSessions = false;
    CompletableFuture<Lease> acquiring = client.lock("x").acquireAsync();
    script.advanceMillis(3_000);
    script.line().breakOff();
    script.advanceMillis(20);
    script
        .line()
        .answer(
            Request.OpenSession.class, new Reply.SessionOpened(Script.SESSION, Script.TTL_MILLIS));
    script.answersKeepAlives = false;
    script.line().answer(Request.Acquire.class, granted("x", 1));

    assertThat(acquiring.join().remaining()).isLessThanOrEqualTo(Duration.ofMillis(6_500));
  }
}
