package io.holdfast.chaos.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.chaos.planted.PlantedBug.Attack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private static final Catalogue CATALOGUE = Catalogue.find();

  @Test
  void everyBugOfTheAcceptanceListIsThere() {
    for (int number = 1; number <= 30; number++) {
      assertThat(CATALOGUE.named("M%02d".formatted(number)).title()).isNotEmpty();
    }
  }

  @Test
  void thereAreAtLeastTenBugsOfTheLockLayer() {
    assertThat(CATALOGUE.foundBy(Attack.SIMULATION))
        .filteredOn(bug -> bug.name().startsWith("L"))
        .hasSizeGreaterThanOrEqualTo(10);
  }

  @Test
  void everyDefinitionFitsTheSourcesAndCompiles() {
    Planter planter = Planter.of(CATALOGUE);
    List<PlantedBug> left = new ArrayList<>(CATALOGUE.all());
    while (!left.isEmpty()) {
      List<PlantedBug> together = withoutCommonFiles(left);
      left.removeAll(together);
      assertThat(planter.plantTogether("check", together)).isDirectory();
    }
  }

  /** One run of the compiler serves as many bugs as change different files. */
  private static List<PlantedBug> withoutCommonFiles(List<PlantedBug> bugs) {
    Set<String> taken = new HashSet<>();
    List<PlantedBug> chosen = new ArrayList<>();
    for (PlantedBug bug : bugs) {
      if (bug.files().stream().noneMatch(taken::contains)) {
        taken.addAll(bug.files());
        chosen.add(bug);
      }
    }
    return chosen;
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNamesThereAre() {
    assertThatThrownBy(() -> CATALOGUE.named("M99"))
        .isInstanceOf(PlantedBugException.class)
        .hasMessageContaining("M99")
        .hasMessageContaining("M01");
  }

  @Test
  void aDefinitionThatFitsNowhereIsRefused() {
    Edit edit = new Edit("A.java", List.of("  two", "three"), List.of("2"));
    assertThat(edit.applyTo(List.of("one", "two", "  three", "four"), "X01"))
        .containsExactly("one", "2", "four");
    assertThatThrownBy(() -> edit.applyTo(List.of("two", "four"), "X01"))
        .isInstanceOf(PlantedBugException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void aDefinitionThatFitsTwiceIsRefused() {
    Edit edit = new Edit("A.java", List.of("two"), List.of());
    assertThatThrownBy(() -> edit.applyTo(List.of("two", "one", " two"), "X01"))
        .isInstanceOf(PlantedBugException.class)
        .hasMessageContaining("[1, 3]");
  }

  @Test
  void aDefinitionWithAnUnknownKeyIsRefused() {
    List<String> lines =
        List.of("title: t", "breaks: b", "source: s", "cause: c", "", "in A", "-x");
    assertThatThrownBy(() -> PlantedBug.parse("X01", lines))
        .isInstanceOf(PlantedBugException.class)
        .hasMessageContaining("cause");
  }

  @Test
  void aPlantedClassReplacesTheRealOneAndNoOther() throws Exception {
    PlantedBug bug = CATALOGUE.named("M09");
    Path classes = Planter.of(CATALOGUE).plant(bug);
    PlantedLoader loader = new PlantedLoader(classes, CatalogueTest.class.getClassLoader());
    Class<?> changed = loader.loadClass("io.holdfast.raft.core.LeaderRole");
    Class<?> beside = loader.loadClass("io.holdfast.raft.core.RaftCore");
    assertThat(changed.getClassLoader()).isSameAs(loader).isSameAs(beside.getClassLoader());
    assertThat(loader.loadClass("java.util.List")).isSameAs(List.class);
    assertThat(classes.resolve("io/holdfast/raft/core/LeaderRole.class")).exists();
    assertThat(classes.resolve("io/holdfast/raft/core/RaftCore.class")).doesNotExist();
  }
}
