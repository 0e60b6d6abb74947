package io.holdfast.chaos.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HuntTest {
  private static final PlantedBug BUG =
      PlantedBug.parse(
          "X01", List.of("title: a fault", "breaks: a rule", "source: us", "", "in A", "-x", "+y"));

  private static Hunt huntFor(long everyNth) {
    return Hunt.of(
        BUG,
        List.of(1L, 11L, 22L),
        5,
        seed ->
            seed % everyNth == 0 ? Optional.of(new Finding(seed, "I1", "seen")) : Optional.empty());
  }

  @Test
  void countsTheSeedsThatEachStartTook() {
    Hunt hunt = huntFor(4);
    assertThat(hunt.tries()).extracting(Hunt.Try::seeds).containsExactly(4, 2, 3);
    assertThat(hunt.medianSeeds()).hasValue(3);
    assertThat(hunt.finding()).map(Finding::seed).contains(4L);
    assertThat(hunt.checks()).containsExactly("I1");
  }

  @Test
  void hasNoMedianWhenHalfOfTheStartsFindNothing() {
    Hunt hunt = huntFor(25);
    assertThat(hunt.found()).isZero();
    assertThat(hunt.tries()).as("tries until there can be no median").hasSize(2);
    assertThat(hunt.medianSeeds()).isEmpty();
  }

  @Test
  void thePageSaysWhatWasFoundAndWhatWasNot() {
    PlantedBug missed =
        PlantedBug.parse(
            "X02",
            List.of("title: other", "breaks: b", "source: us", "note: why", "", "in A", "-x"));
    Hunt nothing = Hunt.of(missed, List.of(1L), 5, seed -> Optional.empty());
    String page = PlantedPage.of(List.of(huntFor(4), nothing), huntFor(25), List.of(BUG, missed));
    assertThat(page)
        .contains("Found: 1 of the 2 bugs")
        .contains("as it is: nothing was found")
        .contains("| X01 | a fault | a rule | 4 | 3 | 3 of 3 | I1 | us |")
        .contains("| X02 | other | b | - | - | 0 of 1 | **not found** | us |")
        .contains("- **X02**: why");
  }
}
