package io.holdfast.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Lease;
import io.holdfast.client.testing.InMemoryHoldfast;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadTest {
  private static final long LONG_MICROS = 100_000;

  private final InMemoryHoldfast holdfast = new InMemoryHoldfast();

  /** A loop that waits for the answer would see one late pair, however long the service stood. */
  @Test
  void pairsThatWereDueWhileTheServiceStoodStillAreLateToo() throws Exception {
    Lease stall = holdfast.newClient().lock("open/0").acquire();
    Load load = new Load(plan(OptionalDouble.of(500)), holdfast::newClient);
    AtomicInteger seconds = new AtomicInteger();

    Load.Outcome outcome =
        load.run(
            rate -> {
              if (seconds.incrementAndGet() == 1) {
                stall.release();
              } else {
                load.finish();
              }
            });

    long late = outcome.latencyMicros().getCountBetweenValues(LONG_MICROS, Long.MAX_VALUE / 2);
    assertThat(late).isGreaterThan(10);
    assertThat(outcome.firstError()).isEmpty();
    assertThat(outcome.course()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(outcome.course().stream().mapToLong(it -> it.latencyMicros().getTotalCount()).sum())
        .isEqualTo(outcome.pairs());
  }

  @Test
  void endDoesNotWaitForPairsThatAreNotDueYet() throws Exception {
    Load load = new Load(plan(OptionalDouble.of(0.001)), holdfast::newClient);

    Load.Outcome outcome = load.run(rate -> load.finish());

    assertThat(outcome.firstError()).isEmpty();
  }

  private static Load.Plan plan(OptionalDouble rate) {
    return new Load.Plan(1, 1, 1, "open/", Duration.ZERO, Duration.ofMinutes(1), rate, 16);
  }
}
