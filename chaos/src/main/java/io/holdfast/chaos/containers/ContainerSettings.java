package io.holdfast.chaos.containers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a cluster in containers is made.
 *
 * @param peers 1 to 9
 * @param planted a jar put first on the class path of every peer: classes with a fault in them, to
 *     see whether a campaign finds it
 * @param configuration keys of the peers' configuration that differ from the harness' own
 * @param jvmOptions of the peers, separated by spaces
 */
public record ContainerSettings(
    int peers, Optional<Path> planted, Map<String, String> configuration, String jvmOptions) {
  private static final int PEERS_MAX = 9;

  public ContainerSettings {
    if (peers < 1 || peers > PEERS_MAX) {
      throw new IllegalArgumentException(
          "peers = " + peers + " is not from 1 to " + PEERS_MAX + "; 3 or 5 are usual");
    }
    configuration = Map.copyOf(configuration);
  }

  /**
   * Peers as they are used, with timers for a busy machine and snapshots often enough to matter.
   */
  public static ContainerSettings of(int peers) {
    return new ContainerSettings(
        peers,
        Optional.empty(),
        Map.of(
            "raft.heartbeat-millis", "100",
            "raft.election-timeout-min-millis", "800",
            "raft.election-timeout-max-millis", "1600",
            "snapshot.log-entries", "2000",
            "snapshot.entries-kept", "200"),
        "-Xmx192m -XX:TieredStopAtLevel=1");
  }

  /** The same with some keys set, the given ones winning. */
  public ContainerSettings with(Map<String, String> keys) {
    Map<String, String> all = new TreeMap<>(configuration);
    all.putAll(keys);
    return new ContainerSettings(peers, planted, all, jvmOptions);
  }

  /** The same with a planted fault. */
  public ContainerSettings withPlanted(Path jar) {
    return new ContainerSettings(peers, Optional.of(jar), configuration, jvmOptions);
  }
}
