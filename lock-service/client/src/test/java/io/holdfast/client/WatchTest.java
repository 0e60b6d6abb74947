package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.LeaderHint;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client that does nothing but watch. */
class WatchTest {
  private final Script script = new Script();
  private final HoldfastClient client = script.client("a:1", "b:1");
  private final List<Event.LockChanged> seen = new ArrayList<>();
  private final Watch watch = client.watch("x", seen::add);

  private Script.Line watching() {
    Script.Line line = script.line();
    line.answer(Request.Watch.class, new Reply.Watching(1, 0, false));
    return line;
  }

  /** Lets time pass; whatever the peer is asked meanwhile it answers, or not. */
  private static void passMillis(Script script, long millis, Reply answer) {
    for (long passed = 0; passed < millis; passed += 100) {
      script.advanceMillis(100);
      Script.Line line = script.line();
      List<RequestMessage> asked = line.all(Request.ListLocks.class);
      if (line.open && !asked.isEmpty()) {
        line.answer(asked.get(asked.size() - 1), answer);
      }
    }
  }

  @Test
  void leavesAPeerThatDoesNotAnswer() {
    Script.Line silent = watching();
    silent.tell(changed(5));
    script.advanceMillis(Script.TTL_MILLIS);

    assertThat(silent.open).isFalse();
    Script.Line next = script.line();
    assertThat(next.address).isNotEqualTo(silent.address);
    assertThat(((Request.Watch) next.last(Request.Watch.class).request()).from()).isEqualTo(5);
  }

  @Test
  void leavesAPeerThatIsCutOffFromTheOthers() {
    Script.Line cutOff = watching();
    passMillis(
        script, Script.TTL_MILLIS, Reply.Failed.of(ErrorCode.NO_LEADER, "no leader is known"));

    assertThat(cutOff.open).isFalse();
    assertThat(script.lines).anyMatch(line -> !line.address.equals(cutOff.address));
  }

  @Test
  void staysWithAPeerThatServesAlthoughNothingHappens() {
    Script.Line serving = watching();
    passMillis(script, 6 * Script.TTL_MILLIS, new Reply.LockPage(List.of(), false, 9));

    assertThat(script.lines).containsExactly(serving);
    assertThat(serving.all(Request.ListLocks.class)).hasSizeBetween(10, 18);
  }

  @Test
  void triesAHintedPeerAgainThatOnceCouldNotBeReached() {
    Script three = new Script();
    Watch unused = three.client("a:1", "b:1", "c:1").watch("x", seen::add);
    Script.Line first = three.line();
    String hinted = first.address.equals("a:1") ? "b:1" : "a:1";
    three.unreachable.add(hinted);
    first.tell(new Event.LeaderChanged(new LeaderHint("hinted", hinted)));
    int tried = three.lines.size();
    three.unreachable.clear();
    passMillis(
        three, 2 * Script.TTL_MILLIS, Reply.Failed.of(ErrorCode.NO_LEADER, "no leader is known"));

    assertThat(three.lines.subList(tried, three.lines.size()))
        .anyMatch(line -> line.address.equals(hinted));
  }

  @Test
  void asksWhatWhoeverMayWatchMayAsk() {
    watching();
    script.advanceMillis(Script.TTL_MILLIS / 2);

    RequestMessage asked = script.line().last(Request.ListLocks.class);
    assertThat(asked.request()).isEqualTo(new Request.ListLocks("x", "", 1, false));
  }

  @Test
  void leavesTheAskingToTheKeepAlivesOfASession() {
    Script.Line line = watching();
    client.lock("y").acquireAsync();
    line.answer(Request.Acquire.class, Script.granted("y", 1));
    script.advanceMillis(3 * Script.TTL_MILLIS);

    assertThat(script.lines).containsExactly(line);
    assertThat(line.all(Request.ListLocks.class)).isEmpty();
  }

  @Test
  void asksNothingMoreWhenTheLastWatchIsClosed() {
    Script.Line line = watching();
    watch.close();
    script.advanceMillis(3 * Script.TTL_MILLIS);

    assertThat(line.all(Request.ListLocks.class)).isEmpty();
  }

  private static Event changed(long index) {
    return new Event.LockChanged(
        1, index, Event.Change.GRANTED, "x", Script.SESSION, "owner", 1, null);
  }
}
