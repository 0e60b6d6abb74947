package io.holdfast.chaos.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BugHunterTest {
  private static final int SEEDS = 10;
  private static final Catalogue CATALOGUE = Catalogue.find();
  private static final BugHunter HUNTER = new BugHunter(Planter.of(CATALOGUE));

  @ParameterizedTest
  @CsvSource({"M04, I12", "M09, I9", "L11, I16"})
  void thePlantedBugIsFoundWithinAFewSeeds(String name, String check) {
    PlantedBug bug = CATALOGUE.named(name);
    Hunt hunt = Hunt.of(bug, List.of(1L), SEEDS, HUNTER.probe(bug));
    assertThat(hunt.checks()).containsExactly(check);
  }

  @Test
  void aBugOutsideTheSourcesCannotBePlanted() {
    Edit edit = new Edit("docs/index.md", List.of("a"), List.of("b"));
    PlantedBug bug =
        new PlantedBug(
            "X01",
            "t",
            "b",
            "s",
            PlantedBug.Attack.SIMULATION,
            new PlantedBug.Campaign("", ""),
            "",
            List.of(edit));
    assertThatThrownBy(() -> HUNTER.probe(bug))
        .isInstanceOf(PlantedBugException.class)
        .hasMessageContaining("docs/index.md");
  }
}
