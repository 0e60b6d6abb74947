package io.holdfast.server.transport;

import com.google.common.net.HostAndPort;
import io.holdfast.raft.PeerId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one other peer: where it is, the outgoing connection, what is in flight, what
 * was counted.
 *
 * <p>Threads: the sender reserves room, and writes if nothing else is in flight; the bundler thread
 * of this peer, and no other, connects, and writes whatever has to wait; any thread may drop. A
 * drop starts a new generation, and frames of an older one are thrown away instead of being sent to
 * a peer that comes back: they are stale, and megabytes of them would delay its first answer.
 */
final class PeerLink {
  /** Frames in flight; the bundler's queue has this capacity and can therefore not overflow. */
  static final int FRAMES_IN_FLIGHT_MAX = 16_384;

  /** Longer frames, of snapshots for instance, would keep their sender from other work. */
  private static final int AT_ONCE_BYTES_MAX = 64 << 10;

  private static final int DEFAULT_PORT = 7_800;

  /** A dead peer that is written to costs at most one connect in this time. */
  private static final long CONNECT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A handshake that takes longer is given up when the link is dropped. */
  private static final long HANDSHAKE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  /** Makes connections, unopened. */
  @FunctionalInterface
  interface Connector {
    PeerConnection create(PeerLink link, InetSocketAddress address) throws Exception;
  }

  private final PeerId peer;
  private final Address destination;
  private final HostAndPort address;
  private final Connector connector;
  private final int inFlightBytesMax;

  private final AtomicReference<@Nullable PeerConnection> connection = new AtomicReference<>();
  private final AtomicLong generation = new AtomicLong();
  private final AtomicLong inFlightBytes = new AtomicLong();
  private final AtomicLong inFlightFrames = new AtomicLong();
  private final LongAdder sentFrames = new LongAdder();
  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder droppedBacklog = new LongAdder();
  private final LongAdder droppedUnreachable = new LongAdder();
  private final LongAdder droppedStale = new LongAdder();
  private final LongAdder droppedCut = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final InboundHalf inbound = new InboundHalf();

  private long connectNotBeforeNanos = System.nanoTime();
  private volatile long openedAtNanos;

  /**
   * @param address as the configuration knows it; its host is resolved anew at every connect,
   *     because a container that is made again may get another address
   */
  PeerLink(PeerId peer, HostAndPort address, Connector connector, int inFlightBytesMax) {
    this.peer = peer;
    this.address = address;
    this.connector = connector;
    this.inFlightBytesMax = inFlightBytesMax;
    this.destination = addressOf(peer);
  }

  /**
   * @throws IllegalArgumentException if the text is not host:port or host
   */
  static HostAndPort parse(String address) {
    return HostAndPort.fromString(address).withDefaultPort(DEFAULT_PORT);
  }

  /** The channel address of a peer: its id, which outlives processes and network addresses. */
  static Address addressOf(PeerId peer) {
    return new UUID(0, peer.value());
  }

  PeerId peer() {
    return peer;
  }

  Address destination() {
    return destination;
  }

  HostAndPort address() {
    return address;
  }

  long generation() {
    return generation.get();
  }

  InboundHalf inbound() {
    return inbound;
  }

  /** Wraps the frame for sending, or returns null, counted, when too much is in flight. */
  @Nullable FrameMessage accept(byte[] frame) {
    long bytesBefore = inFlightBytes.getAndAdd(frame.length);
    long framesBefore = inFlightFrames.getAndIncrement();
    if (framesBefore >= FRAMES_IN_FLIGHT_MAX
        || (bytesBefore > 0 && bytesBefore + frame.length > inFlightBytesMax)) {
      release(frame.length, 1);
      droppedBacklog.increment();
      return null;
    }
    return new FrameMessage(this, frame, generation.get(), framesBefore == 0);
  }

  /**
   * Writes a frame that is alone in flight as far as the kernel takes it now: while nothing is in
   * the bundler's hands the sender is the only writer, and the frame needs no other thread. Never
   * waits and never connects.
   *
   * @return whether the frame has left; if not, the bundler goes on with it
   */
  boolean writeAtOnce(FrameMessage frame) {
    PeerConnection current = connection.get();
    if (!frame.isAlone() || frame.getLength() > AT_ONCE_BYTES_MAX || current == null) {
      return false;
    }
    try {
      switch (current.offer(frame.getArray(), frame.getLength())) {
        case ALL -> {
          sentFrames.increment();
          sentBytes.add(frame.getLength());
          release(frame.getLength(), 1);
          return true;
        }
        case BEGUN -> frame.begunOn(current);
        case NOTHING -> {}
      }
    } catch (Exception e) {
      forget(current); // the bundler connects anew
    }
    return false;
  }

  /** Sees a frame through that was begun at once. Bundler thread only. */
  void finish(FrameMessage frame, PeerConnection begunOn) {
    try {
      begunOn.finish();
      sentFrames.increment();
      sentBytes.add(frame.getLength());
    } catch (Exception e) {
      droppedUnreachable.increment();
      forget(begunOn);
      keepInterrupt(e);
    }
  }

  private void forget(PeerConnection broken) {
    connection.compareAndSet(broken, null);
    broken.abort();
  }

  private static void keepInterrupt(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }

  /** The channel did not take the frame. */
  void unsent(FrameMessage frame) {
    droppedUnreachable.increment();
    release(frame.getLength(), 1);
  }

  /** Gives back the room of frames that were written or thrown away. */
  void release(long bytes, int frames) {
    inFlightBytes.addAndGet(-bytes);
    inFlightFrames.addAndGet(-frames);
  }

  /** Connects if need be and returns when the kernel has the bytes. Bundler thread only. */
  void write(byte[] bytes, int offset, int length, int frames) {
    try {
      connected().write(bytes, offset, length);
      sentFrames.add(frames);
      sentBytes.add(length);
    } catch (Exception e) {
      droppedUnreachable.add(frames);
      PeerConnection failed = connection.getAndSet(null);
      if (failed != null) {
        failed.abort();
      }
      keepInterrupt(e);
    }
  }

  private PeerConnection connected() throws Exception {
    PeerConnection current = connection.get();
    if (current != null && current.isUsable()) {
      return current;
    }
    long now = System.nanoTime();
    if (now - connectNotBeforeNanos < 0) {
      throw new ConnectException(peer + " was tried a moment ago");
    }
    connectNotBeforeNanos = now + CONNECT_PAUSE_NANOS;
    long connectGeneration = generation.get();
    InetAddress host = InetAddress.getByName(address.getHost());
    PeerConnection fresh = connector.create(this, new InetSocketAddress(host, address.getPort()));
    // Visible before it is open, so that a drop can end a connect that hangs.
    openedAtNanos = now;
    connection.set(fresh);
    if (generation.get() != connectGeneration) {
      throw new IOException(peer + " was dropped while it was connected to");
    }
    fresh.open();
    opened.increment();
    return fresh;
  }

  /**
   * Starts a new generation and hands over the connection, which the caller aborts, if there is
   * one. A young handshake is left alone.
   */
  @Nullable PeerConnection detachSilent() {
    PeerConnection current = connection.get();
    boolean young = System.nanoTime() - openedAtNanos < HANDSHAKE_NANOS_MAX;
    return current != null && current.isShakingHands() && young ? null : detach();
  }

  /** As {@link #detachSilent}, whatever the connection does. */
  @Nullable PeerConnection detach() {
    generation.incrementAndGet();
    PeerConnection detached = connection.getAndSet(null);
    if (detached != null) {
      detached.disown();
    }
    return detached;
  }

  /** Forgets the connection if it is the current one. */
  void closed(PeerConnection ended) {
    connection.compareAndSet(ended, null);
  }

  /** Whether the outgoing connection was made before the peer's former process was last heard. */
  boolean connectedBefore(long nanos) {
    return connection.get() != null && openedAtNanos - nanos < 0;
  }

  void countStale() {
    droppedStale.increment();
  }

  void countCut() {
    droppedCut.increment();
  }

  TransportMetrics.Peer metrics() {
    return new TransportMetrics.Peer(
        new TransportMetrics.Sent(sentFrames.sum(), sentBytes.sum(), inFlightBytes.get()),
        new TransportMetrics.Dropped(
            droppedBacklog.sum(), droppedUnreachable.sum(), droppedStale.sum(), droppedCut.sum()),
        inbound.received(),
        new TransportMetrics.Connections(opened.sum(), inbound.lost(), inbound.restarts()),
        inbound.epoch());
  }

  @Override
  public String toString() {
    return peer + " at " + address;
  }
}
