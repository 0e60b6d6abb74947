package io.holdfast.raft;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.holdfast.raft");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.holdfast.raft.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theCoreKnowsNothingOfTheDriver() {
    noClasses()
        .that()
        .resideInAnyPackage("..core..", "..log..", "..tracker..", "..membership..", "..message..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..driver..")
        .check(CLASSES);
  }

  @Test
  void theCoreUsesNoConcurrency() {
    noClasses()
        .that()
        .resideInAnyPackage("..core..", "..log..", "..tracker..", "..membership..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.util\\.concurrent\\.(?!TimeUnit).*")
        .check(CLASSES);
  }
}
