package io.holdfast.server.gateway;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.ServerMessage;
import io.holdfast.server.peer.ClientChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that lives on one event loop. What the peer sends to it crosses over through the loop's
 * {@link Outbox}; the methods that are not of {@link ClientChannel} are called on the event loop
 * only.
 */
abstract class LoopClient implements ClientChannel {
  /** More messages on their way to the event loop mean that the loop is slow, or the client. */
  private static final int CROSSING_READY_MAX = 1_024;

  private final Outbox outbox;
  private final Unread unread;
  private final PeerPort peer;
  private final AtomicInteger crossing = new AtomicInteger();
  private volatile boolean peerWaits;
  private String principal = "";

  LoopClient(Outbox outbox, Unread unread, PeerPort peer) {
    this.outbox = outbox;
    this.unread = unread;
    this.peer = peer;
    unread.onTaken(this::tellWhenReady);
  }

  @Override
  public final void reply(long id, Reply reply) {
    crossing.incrementAndGet();
    outbox.add(this, new ServerMessage.Answer(id, reply));
  }

  @Override
  public final void event(Event event) {
    crossing.incrementAndGet();
    outbox.add(this, event);
  }

  @Override
  public final boolean isReady() {
    // Set before the look, so that what changes in between is not missed by tellWhenReady.
    peerWaits = true;
    if (takesMore()) {
      peerWaits = false;
      return true;
    }
    return false;
  }

  @Override
  public final void flush() {
    outbox.wake();
  }

  /** Takes everything that crossed over together. */
  final void deliverAll(List<ServerMessage> messages) {
    crossing.addAndGet(-messages.size());
    messages.forEach(this::deliver);
    deliverEnd();
    tellWhenReady();
  }

  private boolean takesMore() {
    return crossing.get() <= CROSSING_READY_MAX && unread.isLow();
  }

  private void tellWhenReady() {
    if (peerWaits && takesMore()) {
      peerWaits = false;
      peer.resumed(this);
    }
  }

  final Unread unread() {
    return unread;
  }

  /** Who it is; empty where nobody has to say so. */
  final String principal() {
    return principal;
  }

  /** Sets who it is; before its first request is handed to the peer. */
  final void identify(String name) {
    principal = name;
  }

  /** Takes a message on the event loop; it may wait there for {@link #deliverEnd}. */
  abstract void deliver(ServerMessage message);

  /** Everything that crossed over together was delivered: let it leave in one write. */
  abstract void deliverEnd();
}
