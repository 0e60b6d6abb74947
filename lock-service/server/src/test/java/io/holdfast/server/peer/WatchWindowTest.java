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
    assertThatThrownBy(() -> replay(window, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index 3")
        .hasMessageContaining("4");
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

    window.restartAfter(40);

    assertThat(window.size()).isZero();
    assertThat(window.firstIndex()).isEqualTo(41);
  }

  private static List<String> replay(WatchWindow<String> window, long from) {
    List<String> seen = new ArrayList<>();
    window.replay(from, (index, event) -> seen.add(index + event));
    return seen;
  }
}
