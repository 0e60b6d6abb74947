package io.holdfast.server.gateway;

import io.holdfast.api.RequestMessage;
import io.holdfast.server.peer.BackupSink;
import io.holdfast.server.peer.ClientChannel;
import io.holdfast.server.peer.StateDigest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The peer behind a gateway, as the gateway needs it. All methods may be called by any thread. */
public interface PeerPort {
  /**
   * Hands requests to the peer, which will answer each of them once, with its id.
   *
   * @param principal who asks; empty where nobody has to say so
   * @param requests in the order of their arrival; checked by the protocol's rules
   * @return false if the peer has too much to do; then none of them was taken
   */
  boolean submit(ClientChannel client, String principal, List<RequestMessage> requests);

  /** A stream is open: it is to be told who leads, and when the peer goes away. */
  void opened(ClientChannel client);

  /** Forgets a client: its watches, waits and attachments. Its requests run on, unanswered. */
  void closed(ClientChannel client);

  /** A client that was not ready is ready again. */
  void resumed(ClientChannel client);

  /** The digest of the replicated state; fails when the peer has too much to do. */
  CompletableFuture<StateDigest> stateDigest();

  /**
   * Makes a backup.
   *
   * @return false if the peer has too much to do; then nothing is given to the sink
   */
  boolean backup(BackupSink sink);

  /** A sink of a backup that was not ready is ready again, or wants no more. */
  void backupResumed();

  /** How the peer is doing. */
  PeerHealth health();
}
