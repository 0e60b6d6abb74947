package io.holdfast.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchWindowTest {
  @Test
  void replaysFromAnIndexInsideTheWindow() {
    WatchWindow<String> window = new WatchWindow<>(10, 1_000);
    window.add(3, "a", 1);
    window.add(5, "b", 1);
    window.add(5, "c", 1);

    assertThat(replay(window, 4)).containsExactly("5b", "5c");
    assertThat(replay(window, 6)).isEmpty();
    assertThat(replay(window, 1)).containsExactly("3a", "5b", "5c");
  }

  @Test
  void anEntryThatLostOneOfItsEventsCanBeResumedNoMore() {
    WatchWindow<String> window = new WatchWindow<>(2, 1_000);
    window.add(3, "a", 1);
    window.add(3, "b", 1);
    window.add(4, "c", 1);

    assertThat(window.firstIndex()).isEqualTo(4);
    assertThat(replay(window, 4)).containsExactly("4c");
    assertThatThrownBy(() -> window.get(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("number 0 is outside 1..2");
  }

  @Test
  void bytesAreBoundedAsWellAsCounts() {
    WatchWindow<String> window = new WatchWindow<>(100, 10);
    window.add(1, "a", 6);
    window.add(2, "b", 4);
    assertThat(window.size()).isEqualTo(2);

    window.add(3, "c", 5);

    assertThat(window.size()).isEqualTo(2);
    assertThat(window.firstIndex()).isEqualTo(2);
  }

  @Test
  void aRestoredSnapshotLeavesNothingToResumeBehindIt() {
    WatchWindow<String> window = new WatchWindow<>(100, 100);
    window.add(1, "a", 1);

    long end = window.nextNumber();
    window.restartAfter(40);

    assertThat(window.size()).isZero();
    assertThat(window.firstIndex()).isEqualTo(41);
    assertThat(window.firstNumber()).as("a watcher at the end lost something").isGreaterThan(end);
    window.add(42, "b", 1);
    assertThat(replay(window, 41)).containsExactly("42b");
  }

  private static List<String> replay(WatchWindow<String> window, long from) {
    List<String> seen = new ArrayList<>();
    for (long number = window.numberOf(from); number < window.nextNumber(); number++) {
      WatchWindow.Kept<String> kept = window.get(number);
      seen.add(kept.index() + kept.event());
    }
    return seen;
  }
}
