package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import java.io.IOException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A kind of fault. Without state; what was done is in the {@link Injection}. */
public interface Nemesis {
  /** Name as in {@code --faults}; lower case, no spaces. */
  String name();

  /** One sentence: what it does and what it attacks. */
  String description();

  /** Why it cannot be done on this cluster; empty when it can. Asked before the run begins. */
  default Optional<String> unsupportedWhy(ClusterUnderTest cluster) {
    return Optional.empty();
  }

  /**
   * Does it.
   *
   * @param choices draws whom it hits and how; seeded by the schedule, so that a repeated run
   *     chooses alike
   * @return what was done, also when only a part of it could be; the caller heals it in any case
   * @throws IOException when nothing could be done
   */
  Injection inject(ClusterUnderTest cluster, RandomGenerator choices)
      throws IOException, InterruptedException;

  /** A fault that was made. */
  interface Injection {
    /** What was done to whom: "killed peer 2, the leader". */
    String description();

    /**
     * Whether the peers that it leaves alone are a majority and reach one another. Then clients
     * must go on being served.
     */
    default boolean sparesMajority() {
      return false;
    }

    /**
     * Proves that it works, by looking from outside. Called once, at least half a second after the
     * injection.
     *
     * @return how it was seen: "peer 2's process is gone"
     * @throws NemesisException when it did nothing; this fails the run
     */
    String verify() throws NemesisException, IOException, InterruptedException;

    /**
     * Undoes it, whatever the peers' state is now. Called once, also after a failed {@link
     * #verify}. Waits until the cause is gone, not until the cluster has recovered.
     */
    void heal() throws IOException, InterruptedException;
  }
}
