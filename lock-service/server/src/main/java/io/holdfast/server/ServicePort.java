package io.holdfast.server;

import io.holdfast.api.RequestMessage;
import io.holdfast.server.gateway.PeerHealth;
import io.holdfast.server.gateway.PeerPort;
import io.holdfast.server.peer.ClientChannel;
import io.holdfast.server.peer.Peer;
import io.holdfast.server.peer.PeerState;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The peer as the gateway sees it. */
final class ServicePort implements PeerPort {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.server");

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
    told(peer.service().opened(client), "opened");
  }

  @Override
  public void closed(ClientChannel client) {
    told(peer.service().closed(client), "closed");
  }

  @Override
  public void resumed(ClientChannel client) {
    told(peer.service().resumed(client), "resumed");
  }

  @Override
  public PeerHealth health() {
    PeerState state = peer.state();
    return new PeerHealth(state.live(), state.ready(), state.detail());
  }

  /** A loop that is too full to hear of a connection only keeps a little more than it must. */
  private static void told(boolean taken, String what) {
    if (!taken) {
      LOG.debug("the event loop is full and was not told that a connection {}", what);
    }
  }
}
