package io.holdfast.server.transport;

import com.google.common.net.HostAndPort;
import io.holdfast.raft.PeerId;
import java.util.Optional;

/**
 * How a peer takes part in the conversation of its cluster.
 *
 * @param identity who speaks
 * @param listen host and port to listen on; port 0 picks a free one
 * @param tls empty: the peers talk in the clear
 * @param inFlightBytesMax per receiver: bytes of messages accepted and not yet taken by the kernel;
 *     what exceeds it is dropped. A single message is always accepted when nothing else is in
 *     flight
 * @param filter which links are cut; {@link LinkFilter#NONE} but in tests and fault injection
 */
public record TransportSettings(
    Identity identity,
    HostAndPort listen,
    Optional<PeerTls> tls,
    int inFlightBytesMax,
    LinkFilter filter) {
  /** The default of {@code inFlightBytesMax}. */
  public static final int DEFAULT_IN_FLIGHT_BYTES_MAX = 16 << 20;

  private static final int IN_FLIGHT_BYTES_MIN = 64 << 10;

  /**
   * Who speaks.
   *
   * @param clusterId equal on all peers of a cluster and on no other
   * @param epoch differs at every start of the process
   */
  public record Identity(String clusterId, PeerId peer, long epoch) {
    public Identity {
      if (clusterId.isBlank()) {
        throw new IllegalArgumentException("clusterId is blank; give the cluster a name");
      }
    }
  }

  public TransportSettings {
    if (inFlightBytesMax < IN_FLIGHT_BYTES_MIN) {
      throw new IllegalArgumentException(
          "inFlightBytesMax: " + inFlightBytesMax + " is below " + IN_FLIGHT_BYTES_MIN);
    }
    if (!listen.hasPort()) {
      throw new IllegalArgumentException("listen: '" + listen + "' lacks a port, as in host:7800");
    }
  }

  /** Clear text, no cut links, the default bound. */
  public static TransportSettings of(Identity identity, HostAndPort listen) {
    return new TransportSettings(
        identity, listen, Optional.empty(), DEFAULT_IN_FLIGHT_BYTES_MAX, LinkFilter.NONE);
  }

  public TransportSettings withTls(PeerTls peerTls) {
    return new TransportSettings(identity, listen, Optional.of(peerTls), inFlightBytesMax, filter);
  }

  public TransportSettings withInFlightBytesMax(int bytes) {
    return new TransportSettings(identity, listen, tls, bytes, filter);
  }

  public TransportSettings withFilter(LinkFilter linkFilter) {
    return new TransportSettings(identity, listen, tls, inFlightBytesMax, linkFilter);
  }
}
