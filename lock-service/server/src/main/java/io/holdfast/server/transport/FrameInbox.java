package io.holdfast.server.transport;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.CodecException;
import io.holdfast.raft.message.FrameCodec;
import io.holdfast.raft.message.FrameCodec.Frame;
import io.holdfast.raft.spi.Transport;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/**
 * Takes packets and the ends of connections from the reader threads, and hands over messages. Never
 * throws and never waits.
 */
final class FrameInbox {
  /** What the inbox asks of the transport. */
  interface Links {
    @Nullable PeerLink find(PeerId peer);

    /** Closes the outgoing connection, which leads to a process that is gone. */
    void replace(PeerLink link);
  }

  private final FrameCodec codec;
  private final LinkFilter filter;
  private final Links links;
  private final Refusals refusals;
  private final Transport.Listener listener;
  private final Map<Address, PeerLink> sources = new ConcurrentHashMap<>();
  private final LongAdder fromStrangers = new LongAdder();

  FrameInbox(
      FrameCodec codec,
      LinkFilter filter,
      Links links,
      Refusals refusals,
      Transport.Listener listener) {
    this.codec = codec;
    this.filter = filter;
    this.links = links;
    this.refusals = refusals;
    this.listener = listener;
  }

  long fromStrangers() {
    return fromStrangers.sum();
  }

  /**
   * Frames, one after the other.
   *
   * @param source the other end of the connection: a network address, which names no peer
   */
  void packet(Address source, byte[] bytes, int offset, int length) {
    long now = System.nanoTime();
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int frameBytes;
      try {
        frameBytes = FrameCodec.frameBytes(bytes, at, end - at);
      } catch (CodecException e) {
        refusals.frame(source, e);
        return; // where the next frame starts is unknown
      }
      try {
        deliver(source, codec.decode(bytes, at, frameBytes), frameBytes, now);
      } catch (CodecException e) {
        refusals.frame(source, e);
      }
      at += frameBytes;
    }
  }

  private void deliver(Address source, Frame frame, int bytes, long now) {
    PeerId sender = frame.sender();
    PeerLink link = links.find(sender);
    if (link == null) {
      fromStrangers.increment();
    } else if (filter.dropsFrom(sender)) {
      link.countCut();
      return;
    } else {
      noteSender(link, source, frame.senderEpoch(), bytes, now);
    }
    try {
      listener.received(sender, frame.message());
    } catch (RuntimeException | Error e) {
      refusals.listenerFailed(e);
    }
  }

  private void noteSender(PeerLink link, Address source, long epoch, int bytes, long now) {
    InboundHalf.News news = link.inbound().heard(source, epoch, bytes, now);
    if (sources.get(source) != link) {
      sources.put(source, link);
    }
    if (news instanceof InboundHalf.News.Restarted restarted
        && link.connectedBefore(restarted.formerHeardAtNanos())) {
      links.replace(link);
    }
  }

  /** Whether an incoming connection ever brought a good frame. */
  boolean knows(Address source) {
    return sources.containsKey(source);
  }

  /** An incoming connection ended. */
  void incomingClosed(Address source) {
    PeerLink link = sources.remove(source);
    if (link != null && link.inbound().connectionLost(source)) {
      hint(link);
    }
  }

  /** An outgoing connection was ended by the other side. */
  void outgoingClosed(PeerLink link) {
    if (link.inbound().connectionLost(null)) {
      hint(link);
    }
  }

  private void hint(PeerLink link) {
    // Behind a cut link nothing would be heard of it; a removed peer is of no interest.
    if (filter.dropsFrom(link.peer()) || links.find(link.peer()) != link) {
      return;
    }
    try {
      listener.disconnected(link.peer());
    } catch (RuntimeException | Error e) {
      refusals.listenerFailed(e);
    }
  }
}
