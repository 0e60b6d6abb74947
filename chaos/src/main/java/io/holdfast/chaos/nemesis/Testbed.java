package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A way to have a cluster, with the faults that can be made there. */
public interface Testbed {
  /** Name as in {@code --on}. */
  String name();

  /** Why it cannot be used on this machine; empty when it can. */
  Optional<String> unavailableWhy();

  /** Every fault it knows, including those that this machine turns out not to support. */
  List<Nemesis> nemeses();

  /**
   * A cluster that does not run yet.
   *
   * @param peers how many, 3 or 5
   * @param work for files of the cluster's own; exists, is empty, and is removed after the run
   * @param settings further configuration of the peers, as {@code key = value} lines
   */
  ClusterUnderTest create(int peers, Path work, List<String> settings)
      throws IOException, InterruptedException;

  /**
   * The same, with faulty peers.
   *
   * @param archive classes that stand before the real ones in every peer
   * @throws UnsupportedOperationException if its peers cannot be given other classes
   */
  default Testbed withPlanted(Path archive) {
    throw new UnsupportedOperationException(name() + " has no place for faulty classes");
  }
}
