package io.holdfast.locks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What this module may know. */
class DependenciesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.holdfast.locks");

  @Test
  void locksKnowOfRaftOnlyItsValuesAndItsStateMachine() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.holdfast.locks..",
            "io.holdfast.raft",
            "io.holdfast.raft.spi",
            "org.jspecify.annotations",
            "java.lang..",
            "java.nio..",
            "java.security",
            "java.util",
            "java.util.function",
            "java.util.stream",
            "java.util.zip")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.holdfast.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
