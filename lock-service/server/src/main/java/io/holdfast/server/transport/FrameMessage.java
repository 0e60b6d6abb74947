package io.holdfast.server.transport;

import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jspecify.annotations.Nullable;

/**
 * A frame on its way through the bundler of one link. The bytes are shared with the messages to
 * other receivers.
 */
final class FrameMessage extends BytesMessage {
  private final PeerLink link;
  private final long generation;
  private final boolean alone;
  private @Nullable PeerConnection begunOn;

  /**
   * @param alone whether nothing else was in flight on the link
   */
  FrameMessage(PeerLink link, byte[] frame, long generation, boolean alone) {
    super(link.destination(), frame);
    this.link = link;
    this.generation = generation;
    this.alone = alone;
    setFlag(Message.TransientFlag.DONT_LOOPBACK);
  }

  PeerLink link() {
    return link;
  }

  /** Whether nothing else was in flight on the link, so that its sender may write it. */
  boolean isAlone() {
    return alone;
  }

  /** The connection that took a part of the frame; null when none has begun with it. */
  @Nullable PeerConnection begunOn() {
    return begunOn;
  }

  /** Before the bundler gets the frame. */
  void begunOn(PeerConnection connection) {
    begunOn = connection;
  }

  /** Whether the link was not dropped since this was sent. */
  boolean isCurrent() {
    return link.generation() == generation;
  }
}
