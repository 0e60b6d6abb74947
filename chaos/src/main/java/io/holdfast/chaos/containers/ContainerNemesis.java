package io.holdfast.chaos.containers;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.NemesisException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A fault that only containers can be made to suffer.
 *
 * @param whyNot why a cluster cannot be made to, or empty
 * @param attack does it
 */
record ContainerNemesis(
    String name,
    String description,
    Function<ContainerCluster, Optional<String>> whyNot,
    Attack attack)
    implements Nemesis {
  /** Makes the fault. */
  @FunctionalInterface
  interface Attack {
    Made on(ContainerCluster cluster, RandomGenerator choices)
        throws IOException, InterruptedException;
  }

  /** Says how the fault is seen. */
  @FunctionalInterface
  interface Proof {
    String see() throws NemesisException, IOException, InterruptedException;
  }

  /** Undoes the fault. */
  @FunctionalInterface
  interface Cure {
    void apply() throws IOException, InterruptedException;
  }

  /** A fault that was made. */
  record Made(String description, boolean sparesMajority, Proof proof, Cure cure)
      implements Injection {
    /** A fault about which nothing is said of the peers it does not hit. */
    Made(String description, Proof proof, Cure cure) {
      this(description, false, proof, cure);
    }

    @Override
    public String verify() throws NemesisException, IOException, InterruptedException {
      return proof.see();
    }

    @Override
    public void heal() throws IOException, InterruptedException {
      cure.apply();
    }
  }

  @Override
  public Optional<String> unsupportedWhy(ClusterUnderTest cluster) {
    return cluster instanceof ContainerCluster containers
        ? whyNot.apply(containers)
        : Optional.of("it is made by means of containers; use --on containers");
  }

  @Override
  public Injection inject(ClusterUnderTest cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    if (cluster instanceof ContainerCluster containers) {
      return attack.on(containers, choices);
    }
    throw new IOException(name + " needs a cluster in containers");
  }
}
