package io.holdfast.server;

import io.holdfast.api.RequestMessage;
import io.holdfast.server.gateway.PeerHealth;
import io.holdfast.server.gateway.PeerPort;
import io.holdfast.server.peer.BackupSink;
import io.holdfast.server.peer.ClientChannel;
import io.holdfast.server.peer.Peer;
import io.holdfast.server.peer.PeerState;
import io.holdfast.server.peer.StateDigest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The peer as the gateway sees it. */
final class ServicePort implements PeerPort {
  private final Peer peer;

  ServicePort(Peer peer) {
    this.peer = peer;
  }

  @Override
  public boolean submit(ClientChannel client, String principal, List<RequestMessage> requests) {
    return peer.state().live() && peer.service().submit(client, principal, requests);
  }

  @Override
  public void opened(ClientChannel client) {
    peer.service().opened(client);
  }

  @Override
  public void closed(ClientChannel client) {
    peer.service().closed(client);
  }

  @Override
  public void resumed(ClientChannel client) {
    peer.service().resumed(client);
  }

  @Override
  public CompletableFuture<StateDigest> stateDigest() {
    return peer.service().stateDigest();
  }

  @Override
  public boolean backup(BackupSink sink) {
    return peer.backup(sink);
  }

  @Override
  public void backupResumed() {
    peer.backupResumed();
  }

  @Override
  public PeerHealth health() {
    PeerState state = peer.state();
    return new PeerHealth(state.live(), state.ready(), state.detail());
  }
}
