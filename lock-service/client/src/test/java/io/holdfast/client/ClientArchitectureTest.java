package io.holdfast.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The core stays deterministic, and packages depend on each other one way. */
class ClientArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.holdfast.client");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.holdfast.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void coreReachesNoClockThreadSocketOrRandomSource() {
    noClasses()
        .that()
        .resideInAPackage("io.holdfast.client.internal")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.channels..", "java.util.concurrent..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(classes);
  }

  @Test
  void clientKnowsNothingOfServers() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.holdfast.raft..", "io.holdfast.locks..", "io.holdfast.server..")
        .check(classes);
  }
}
