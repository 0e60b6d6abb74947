package io.holdfast.chaos.planted;

import io.holdfast.chaos.sim.SimOptions;
import io.holdfast.chaos.sim.SimRun;
import io.holdfast.chaos.sim.Violation;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs a seed of the simulation in whatever classes it was loaded with. What goes in and out are
 * types of the platform, which both sides share.
 */
public final class SeedProbe implements LongFunction<@Nullable List<String>> {
  /** Made by reflection. */
  public SeedProbe() {}

  /** The check that failed and what it said, or null when nothing was violated. */
  @Override
  public @Nullable List<String> apply(long seed) {
    Violation violation = SimRun.run(seed, SimOptions.DRAWN).violation();
    return violation == null ? null : List.of(violation.check(), violation.message());
  }
}
