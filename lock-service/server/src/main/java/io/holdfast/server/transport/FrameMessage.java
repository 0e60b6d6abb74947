package io.holdfast.server.transport;

import org.jgroups.BytesMessage;
import org.jgroups.Message;

/**
 * A frame on its way through the bundler of one link. The bytes are shared with the messages to
 * other receivers.
 */
final class FrameMessage extends BytesMessage {
  private final PeerLink link;
  private final long generation;

  FrameMessage(PeerLink link, byte[] frame, long generation) {
    super(link.destination(), frame);
    this.link = link;
    this.generation = generation;
    setFlag(Message.TransientFlag.DONT_LOOPBACK);
  }

  PeerLink link() {
    return link;
  }

  /** Whether the link was not dropped since this was sent. */
  boolean isCurrent() {
    return link.generation() == generation;
  }
}
