package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MinimizerTest {
  private static final Set<Integer> OPERATIONS =
      IntStream.range(0, 60).boxed().collect(Collectors.toCollection(TreeSet::new));
  private static final Violation VIOLATION = new Violation("I6", "something is missing", 3_000_000);

  @Test
  void onlyWhatTheFailureNeedsIsLeft() {
    Minimizer.Minimal minimal =
        minimize(kept -> kept.keepsOperation(17) && kept.keepsOperation(42), 500);
    assertThat(minimal.options().kept().operations()).containsExactlyInAnyOrder(17, 42);
    assertThat(minimal.options().kept().actions()).isEmpty();
  }

  @Test
  void aFailureThatNeedsNothingIsLeftWithNothing() {
    Minimizer.Minimal minimal = minimize(kept -> true, 500);
    assertThat(minimal.options().kept().operations()).isEmpty();
  }

  @Test
  void theNumberOfRunsIsBounded() {
    Minimizer.Minimal minimal = minimize(kept -> kept.keepsOperation(17), 5);
    assertThat(minimal.runs()).isLessThan(15);
  }

  @Test
  void numbersAreWrittenAsRangesAndReadAgain() {
    Set<Integer> numbers = Set.of(1, 2, 3, 7, 9, 10);
    assertThat(Kept.text(numbers)).isEqualTo("1-3,7,9-10");
    assertThat(Kept.parse("1-3,7,9-10")).isEqualTo(numbers);
    assertThat(Kept.parse(Kept.text(Set.of()))).isEmpty();
  }

  private static Minimizer.Minimal minimize(Predicate<Kept> fails, int runsMax) {
    return Minimizer.minimize(
        outcome(SimOptions.DRAWN, VIOLATION),
        runsMax,
        options -> outcome(options, fails.test(options.kept()) ? VIOLATION : null));
  }

  private static SimOutcome outcome(SimOptions options, @Nullable Violation violation) {
    Set<Integer> begun = new TreeSet<>(OPERATIONS);
    begun.removeIf(operation -> !options.kept().keepsOperation(operation));
    return new SimOutcome(
        1,
        options,
        violation,
        false,
        0,
        0,
        0,
        0,
        0,
        0,
        new Coverage(),
        begun,
        List.of(),
        List.of(),
        Map.of());
  }
}
