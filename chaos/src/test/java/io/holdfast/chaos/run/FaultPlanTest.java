package io.holdfast.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.run.FaultPlan.Planned;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final List<String> KINDS = List.of("kill", "pause", "partition");
  private static final long EVERY = 10_000;

  @Test
  void sameSeedGivesTheSamePlanAndAnotherSeedAnother() {
    FaultPlan plan = FaultPlan.draw(KINDS, 5_000, 60_000, EVERY, 7);

    assertThat(FaultPlan.draw(KINDS, 5_000, 60_000, EVERY, 7)).isEqualTo(plan);
    assertThat(FaultPlan.draw(KINDS, 5_000, 60_000, EVERY, 8)).isNotEqualTo(plan);
  }

  @Test
  void everyKindComesOnceBeforeAnyComesTwice() {
    List<Planned> faults = FaultPlan.draw(KINDS, 4_000, 64_000, EVERY, 3).faults();

    assertThat(faults).hasSize(6);
    assertThat(faults.subList(0, 3).stream().map(Planned::nemesis))
        .containsExactlyInAnyOrderElementsOf(KINDS);
  }

  @Test
  void faultsLieBetweenWarmUpAndHealingAndNeverOverlap() {
    for (long seed = 0; seed < 200; seed++) {
      long free = 5_000;
      for (Planned fault : FaultPlan.draw(KINDS, 5_000, 25_000, EVERY, seed).faults()) {
        assertThat(fault.atMillis()).isGreaterThanOrEqualTo(free);
        assertThat(fault.lastsMillis()).isPositive();
        free = fault.atMillis() + fault.lastsMillis();
      }
      assertThat(free).isLessThan(25_000);
    }
  }

  @Test
  void faultsThatComeSeldomLastLonger() {
    List<Planned> faults = FaultPlan.draw(KINDS, 5_000, 125_000, 40_000, 9).faults();

    assertThat(faults).hasSize(3);
    assertThat(faults)
        .allSatisfy(fault -> assertThat(fault.lastsMillis()).isBetween(14_000L, 24_000L));
  }

  @Test
  void noFaultsGiveAnEmptyPlan() {
    assertThat(FaultPlan.draw(List.of(), 5_000, 60_000, EVERY, 1).faults()).isEmpty();
  }
}
