package io.holdfast.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailOverTest {
  private final FailOver outage = new FailOver();

  @Test
  void grantThatWasOnItsWayWhenTheLeaderDiedDoesNotEndTheOutage() {
    outage.granted(at(0));
    outage.begin(at(10));
    outage.granted(at(12));
    outage.granted(at(260));
    for (int millis = 270; millis <= 1_500; millis += 10) {
      outage.granted(at(millis));
    }

    assertThat(outage.isOver(at(1_500))).isTrue();
    assertThat(outage.outageMillis()).isEqualTo(250);
  }

  @Test
  void goesOnWhileALongerGapMayBeOpen() {
    outage.begin(at(0));
    outage.granted(at(100));

    assertThat(outage.isOver(at(1_500))).isFalse();
  }

  @Test
  void clusterThatNeverGrantsAgainIsAnError() {
    outage.begin(at(0));

    assertThatThrownBy(() -> outage.isOver(at(60_001)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no grant for 60 s");
  }

  private static long at(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
