package io.holdfast.raft.spi;

import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message;
import java.util.Collection;
import java.util.List;

/**
 * Carries messages between peers, as datagrams: a message may be lost, doubled, delayed or
 * overtaken by a later one, but never altered, and never delivered to another cluster.
 */
public interface Transport extends AutoCloseable {
  /** Receives what arrives. Called from any thread; must return at once and must not throw. */
  interface Listener {
    void received(PeerId from, Message message);

    /**
     * The connection to {@code peer} was closed from its side, as the kernel does when a process
     * dies. A hint: it may be wrong, late or missing.
     */
    void disconnected(PeerId peer);
  }

  /** Starts to deliver. Called once, before any other method. */
  void start(Listener listener);

  /** The peers this one may talk to from now on. Their order does not matter; self is ignored. */
  void connect(Collection<Member> peers);

  /**
   * Sends one message to each of the receivers, encoding it once. Never blocks and never throws: a
   * message that cannot be sent is dropped and counted. Messages to one peer that are neither lost
   * nor cut off by a reconnect arrive in the order of the calls.
   */
  void send(List<PeerId> receivers, Message message);

  /** Closes the connection to a silent peer without writing to it; the next send reconnects. */
  void drop(PeerId peer);

  @Override
  void close();
}
