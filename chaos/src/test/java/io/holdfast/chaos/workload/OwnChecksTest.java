package io.holdfast.chaos.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.history.Recorder;
import io.holdfast.chaos.history.Value;
import io.holdfast.checker.history.History;
import io.holdfast.checker.input.Format;
import io.holdfast.checker.input.HistoryReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnChecksTest {
  @TempDir Path folder;
  private final AtomicLong clock = new AtomicLong();

  @Test
  void observerThatIsToldOfAnEarlierLeaderAfterALaterOneIsAViolation() throws Exception {
    History history =
        history(
            recorder -> {
              observe(recorder, 7);
              observe(recorder, 9);
              observe(recorder, 8);
            });

    assertThat(Observed.violations(history))
        .singleElement()
        .asString()
        .contains("token 8 leads, after it had been told of token 9");
  }

  @Test
  void grantThatAWatcherIsNeverToldOfIsAViolation() throws Exception {
    History history =
        history(
            recorder -> {
              told(recorder, 1, 3, "granted");
              recorder.invoke(1, "acquire", "lock-0", null).ok(Value.token(4));
              told(recorder, 9, 5, "granted");
            });

    assertThat(Watched.violations(history))
        .singleElement()
        .asString()
        .contains("never told that lock-0 was granted with token 4");
  }

  @Test
  void watcherThatIsToldTwiceOfAGrantIsAViolation() throws Exception {
    History history =
        history(
            recorder -> {
              told(recorder, 1, 3, "granted");
              told(recorder, 1, 3, "granted");
            });

    assertThat(Watched.violations(history)).hasSize(1);
  }

  @Test
  void laterOneInTheQueueThatIsServedFirstIsAViolation() throws Exception {
    History history =
        history(
            recorder -> {
              recorder.invoke(1, "join", "q", null).ok(1);
              recorder.invoke(2, "join", "q", null).ok(2);
              recorder.invoke(3, "grant", "q", 2L).ok(Value.token(11));
              recorder.invoke(4, "grant", "q", 1L).ok(Value.token(12));
            });

    assertThat(FifoWorkload.violations(history))
        .singleElement()
        .asString()
        .contains("process 1 was seen to wait before process 2 asked");
  }

  @Test
  void longTimeWithoutAGrantIsAViolationWhileAMajorityIsSpared() throws Exception {
    History history =
        history(
            recorder -> {
              grant(recorder, 1);
              at(20);
              mark(recorder, Availability.SPARED, "paused peer 3");
              grant(recorder, 2);
              at(29);
              grant(recorder, 3);
              mark(recorder, Availability.IN_DOUBT, null);
            });

    assertThat(Availability.violations(history))
        .singleElement()
        .asString()
        .contains("from 20.0 s to 29.0 s nobody was granted a lock", "'paused peer 3'", "8 s");
  }

  @Test
  void timeWithoutAGrantIsNoViolationWhenTheMajorityIsInDoubtOrTheTimeShort() throws Exception {
    History history =
        history(
            recorder -> {
              mark(recorder, Availability.IN_DOUBT, null);
              at(60);
              mark(recorder, Availability.SPARED, "paused peer 3");
              at(67);
              mark(recorder, Availability.IN_DOUBT, null);
              at(99);
              grant(recorder, 1);
            });

    assertThat(Availability.violations(history)).isEmpty();
  }

  @Test
  void guardedStoreRefusesWhoeverComesWithASmallerToken() {
    GuardedStore store = new GuardedStore(true);
    assertThat(store.read("a", 5)).isPresent();
    assertThat(store.read("a", 6)).isPresent();
    assertThat(store.write("a", 5, java.util.List.of(1L))).isFalse();
    assertThat(store.read("a", 5)).isEmpty();
    assertThat(store.write("a", 6, java.util.List.of(2L))).isTrue();
  }

  private void at(long seconds) {
    clock.set(seconds * 1_000_000_000);
  }

  private static void grant(Recorder recorder, long token) {
    recorder.invoke(token, "acquire", "lock-0", null).ok(Value.token(token));
  }

  private static void mark(Recorder recorder, String what, @Nullable String detail) {
    recorder.mark(Availability.MARKER, what, detail);
  }

  private static void observe(Recorder recorder, long token) {
    recorder.invoke(0, "observe", "seen", null).ok(Value.token(token));
  }

  private static void told(Recorder recorder, long index, long token, String change) {
    recorder
        .invoke(0, "event", "seen-0", null)
        .ok(Map.of("at", index, "change", change, "lock", "lock-0", "granted", token));
  }

  private History history(Consumer<Recorder> script) throws Exception {
    StringWriter text = new StringWriter();
    script.accept(new Recorder(text, clock::incrementAndGet));
    Path file = folder.resolve("history.jsonl");
    Files.writeString(file, text.toString());
    return HistoryReader.read(file, Optional.of(Format.JSON_LINES)).history();
  }
}
