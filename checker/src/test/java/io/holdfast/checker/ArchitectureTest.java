package io.holdfast.checker;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** The checker stands alone, and its packages depend on each other one way. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.holdfast.checker");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.holdfast.checker.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nothingOfTheLockServiceIsUsed() {
    ArchRuleDefinition.noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.holdfast.raft..",
            "io.holdfast.locks..",
            "io.holdfast.api..",
            "io.holdfast.client..",
            "io.holdfast.server..",
            "io.holdfast.cli..")
        .check(CLASSES);
  }
}
