package io.holdfast.server.transport;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/** What was heard from one peer. Under its own monitor; the reader threads of connections call. */
final class InboundHalf {
  private @Nullable Address source;
  private boolean alive;
  private long epoch;
  private long heardAtNanos;
  private long receivedFrames;
  private long receivedBytes;
  private long lost;
  private long restarts;

  /** What a frame told about its sender, besides its message. */
  sealed interface News {
    /** The sender is the process that was heard last. */
    record None() implements News {}

    /** The sender is another process than the one last heard at {@code formerHeardAtNanos}. */
    record Restarted(long formerHeardAtNanos) implements News {}
  }

  private static final News NONE = new News.None();

  synchronized News heard(Address from, long senderEpoch, int bytes, long nowNanos) {
    News news = NONE;
    if (epoch != senderEpoch) {
      if (receivedFrames > 0) {
        restarts++;
        news = new News.Restarted(heardAtNanos);
      }
      epoch = senderEpoch;
    }
    source = from;
    alive = true;
    heardAtNanos = nowNanos;
    receivedFrames++;
    receivedBytes += bytes;
    return news;
  }

  /**
   * A connection to the peer ended. Two connections end when a process does; the second says
   * nothing new.
   *
   * @param incoming the source of an incoming connection, or null for the outgoing one
   * @return whether this is news
   */
  synchronized boolean connectionLost(@Nullable Address incoming) {
    boolean outdated = incoming != null && !incoming.equals(source);
    if (outdated || !alive) {
      return false;
    }
    alive = false;
    lost++;
    return true;
  }

  synchronized TransportMetrics.Received received() {
    return new TransportMetrics.Received(receivedFrames, receivedBytes);
  }

  synchronized long lost() {
    return lost;
  }

  synchronized long restarts() {
    return restarts;
  }

  synchronized long epoch() {
    return epoch;
  }
}
