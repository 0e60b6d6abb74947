package io.holdfast.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses bench =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.holdfast.bench");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.holdfast.bench.(**)").should().beFreeOfCycles().check(bench);
  }

  /** A worker runs beside the libraries of the system it loads; its own would fight with them. */
  @Test
  void workersNeedNothingButTheHistogramAndTheClock() {
    classes()
        .that()
        .resideInAPackage("io.holdfast.bench.worker")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.holdfast.bench.worker",
            "io.holdfast.cli.bench",
            "org.HdrHistogram",
            "org.jspecify.annotations",
            "java..")
        .check(bench);
  }
}
