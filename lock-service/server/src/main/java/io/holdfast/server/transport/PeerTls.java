package io.holdfast.server.transport;

import java.nio.file.Path;

/**
 * The secrets of mutual TLS 1.3 between peers.
 *
 * @param keyStore PKCS #12 file with this peer's key and certificate
 * @param trustStore PKCS #12 file with the certificate authority of the cluster's peers and no
 *     other: whoever it vouches for is taken for a peer
 * @param password of both files
 */
public record PeerTls(Path keyStore, Path trustStore, String password) {
  /** Leaves the password out. */
  @Override
  public String toString() {
    return "PeerTls[keyStore=" + keyStore + ", trustStore=" + trustStore + "]";
  }
}
