package io.holdfast.server.storage;

import io.holdfast.raft.PeerId;
import java.nio.charset.StandardCharsets;

/**
 * Whose data a file holds. Every file carries it, so that a peer never reads the votes or the log
 * of another.
 *
 * @param clusterId 1 to 255 bytes of UTF-8
 */
public record StorageIdentity(String clusterId, PeerId peerId) {
  static final int CLUSTER_ID_BYTES_MAX = 255;

  public StorageIdentity {
    int length = clusterId.getBytes(StandardCharsets.UTF_8).length;
    if (length < 1 || length > CLUSTER_ID_BYTES_MAX) {
      throw new IllegalArgumentException(
          "cluster id is "
              + length
              + " bytes long; give it 1 to "
              + CLUSTER_ID_BYTES_MAX
              + " bytes of UTF-8");
    }
  }

  @Override
  public String toString() {
    return "cluster \"" + clusterId + "\", " + peerId;
  }
}
