package io.holdfast.server.gateway;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.ServerMessage;
import io.holdfast.server.peer.ClientChannel;

/**
 * A client that lives on one event loop. What the peer sends to it crosses over through the loop's
 * {@link Outbox}; the methods that are not of {@link ClientChannel} are called on the event loop
 * only.
 */
abstract class LoopClient implements ClientChannel {
  private final Outbox outbox;
  private final Unread unread;
  private String principal = "";

  LoopClient(Outbox outbox, Unread unread) {
    this.outbox = outbox;
    this.unread = unread;
  }

  @Override
  public final void reply(long id, Reply reply) {
    outbox.add(this, new ServerMessage.Answer(id, reply));
  }

  @Override
  public final void event(Event event) {
    outbox.add(this, event);
  }

  @Override
  public final boolean isReady() {
    return unread.isLow();
  }

  @Override
  public final void flush() {
    outbox.wake();
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
