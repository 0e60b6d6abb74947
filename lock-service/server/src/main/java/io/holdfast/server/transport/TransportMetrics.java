package io.holdfast.server.transport;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.CodecException;
import java.util.Map;

/**
 * A snapshot of what the transport counted since it started. Counters only grow; those of a peer
 * start anew when its address changes.
 *
 * @param peers one entry for every peer of the last {@code connect}
 * @param refusedFrames by what was wrong with them
 * @param brokenConnections connections that ended because their bytes made no sense, or with an
 *     error other than a close by the other side
 * @param bundlerDrops messages the bundler dropped; 0 unless a bound of ours is wrong
 * @param unencodable messages that had no encoding, by a bound that was not kept
 * @param sentToStrangers messages to peers that are not connected to
 * @param receivedFromStrangers messages from peers of this cluster that are not connected to
 * @param listenerFailures messages whose receiver threw
 */
public record TransportMetrics(
    Map<PeerId, Peer> peers,
    Map<CodecException.Reason, Long> refusedFrames,
    long brokenConnections,
    long bundlerDrops,
    long unencodable,
    long sentToStrangers,
    long receivedFromStrangers,
    long listenerFailures) {
  public TransportMetrics {
    peers = Map.copyOf(peers);
    refusedFrames = Map.copyOf(refusedFrames);
  }

  /**
   * One link.
   *
   * @param epoch of the peer's process as last heard; 0 while nothing was heard
   */
  public record Peer(
      Sent sent, Dropped dropped, Received received, Connections connections, long epoch) {}

  /**
   * What the kernel took.
   *
   * @param inFlightBytes a gauge: accepted, and not yet taken by the kernel or dropped
   */
  public record Sent(long frames, long bytes, long inFlightBytes) {}

  /**
   * Messages that did not leave.
   *
   * @param backlog because too much was in flight: the peer does not read
   * @param unreachable because no connection could be made, or it broke under them
   * @param stale because the link was dropped while they waited
   * @param cut by the link filter, in either direction
   */
  public record Dropped(long backlog, long unreachable, long stale, long cut) {
    public long total() {
      return backlog + unreachable + stale + cut;
    }
  }

  public record Received(long frames, long bytes) {}

  /**
   * @param opened connections made to the peer; all but the first are reconnects
   * @param lost times the peer's side closed
   * @param restarts times the peer's epoch changed
   */
  public record Connections(long opened, long lost, long restarts) {}
}
