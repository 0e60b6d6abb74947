package io.holdfast.server.transport;

import java.util.List;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.util.ByteArrayDataOutputStream;

/**
 * JGroups' bundler with one queue and one thread for every receiver, which sends whatever waits in
 * its queue as one packet. It differs in what is written: frames and nothing else. JGroups' own
 * message format can carry Java-serialised objects and lengths that are allocated unchecked; it is
 * neither written nor understood here, so that releases of JGroups do not tell on the wire.
 */
final class FrameBundler extends PerDestinationBundler {
  /** Bytes of small frames that leave as one packet. */
  private static final int PACKET_BYTES = 64 << 10;

  FrameBundler() {
    capacity = PeerLink.FRAMES_IN_FLIGHT_MAX;
    max_size = PACKET_BYTES;
    use_single_sender_thread = false;
  }

  long drops() {
    return num_drops_on_full_queue.sum();
  }

  /** Ends the thread of a receiver that is not sent to any more. */
  void forget(Address destination) {
    removeLeftMembers(List.of(destination));
  }

  @Override
  protected void sendSingleMessage(Address dest, Message msg, ByteArrayDataOutputStream out) {
    FrameMessage frame = (FrameMessage) msg;
    PeerLink link = frame.link();
    PeerConnection begunOn = frame.begunOn();
    try {
      if (begunOn != null) {
        link.finish(frame, begunOn);
      } else if (frame.isCurrent()) {
        link.write(frame.getArray(), 0, frame.getLength(), 1);
      } else {
        link.countStale();
      }
    } finally {
      link.release(frame.getLength(), 1);
    }
  }

  @Override
  protected void sendMessageList(
      Address dest, Address src, List<Message> list, ByteArrayDataOutputStream out) {
    // A peer whose address changed has a new link; frames of the old one may still be here.
    PeerLink link = null;
    int fresh = 0;
    for (Message msg : list) {
      FrameMessage frame = (FrameMessage) msg;
      PeerConnection begunOn = frame.begunOn();
      if (begunOn != null) {
        frame.link().finish(frame, begunOn);
      } else if (frame.isCurrent()) {
        out.write(frame.getArray(), 0, frame.getLength());
        link = frame.link();
        fresh++;
      } else {
        frame.link().countStale();
      }
    }
    try {
      if (link != null) {
        link.write(out.buffer(), 0, out.position(), fresh);
      }
    } finally {
      for (Message msg : list) {
        ((FrameMessage) msg).link().release(((FrameMessage) msg).getLength(), 1);
      }
    }
  }
}
