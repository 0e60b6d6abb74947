package io.holdfast.chaos.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.nemesis.Nemesis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault is made in real containers, seen from outside, healed, and recovered from. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerFaultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ContainerTestbed TESTBED = new ContainerTestbed();

  private ClusterUnderTest cluster;

  @BeforeAll
  void startCluster(@TempDir Path work) throws Exception {
    cluster = TESTBED.create(3, work, List.of());
    cluster.startAll(PATIENCE);
  }

  @AfterAll
  void closeCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  static List<String> faults() {
    return TESTBED.nemeses().stream().map(Nemesis::name).toList();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void everyFaultIsSeenAndHealedOrSaidToBeUnsupported(String name) throws Exception {
    Nemesis nemesis =
        TESTBED.nemeses().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    String unsupported = nemesis.unsupportedWhy(cluster).orElse("");
    if (!unsupported.isEmpty()) {
      System.out.println(name + ": unsupported: " + unsupported);
      assertThat(unsupported).containsAnyOf("kernel", "use --peer-set");
      return;
    }
    long begin = System.nanoTime();
    Nemesis.Injection injection = nemesis.inject(cluster, new Random(name.hashCode()));
    long injected = System.nanoTime();
    try {
      // The contract: a fault is looked at no earlier than half a second after it was made.
      assertThat(new CountDownLatch(1).await(600, TimeUnit.MILLISECONDS)).isFalse();
      String seen = injection.verify();
      System.out.println(name + ": " + injection.description() + ": " + seen);
    } finally {
      long verified = System.nanoTime();
      injection.heal();
      System.out.println(
          name
              + ": injected in "
              + (injected - begin) / 1_000_000
              + " ms, healed in "
              + (System.nanoTime() - verified) / 1_000_000
              + " ms");
    }
    cluster.startAll(PATIENCE);
    assertThat(cluster.leader()).isPresent();
  }

  @Test
  void twoClustersLiveSideBySideAndLeaveNothing(@TempDir Path work) throws Exception {
    DockerEngine engine = DockerEngine.connect();
    int before = engine.client().listContainersCmd().withShowAll(true).exec().size();
    int volumes = engine.client().listVolumesCmd().exec().getVolumes().size();
    try (ClusterUnderTest second = TESTBED.create(1, work, List.of())) {
      second.startAll(PATIENCE);
      assertThat(cluster.leader()).isPresent();
    }
    assertThat(engine.client().listContainersCmd().withShowAll(true).exec()).hasSize(before);
    assertThat(engine.client().listVolumesCmd().exec().getVolumes()).hasSize(volumes);
  }
}
