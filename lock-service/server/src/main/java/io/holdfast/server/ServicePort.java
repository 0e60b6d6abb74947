package io.holdfast.server;

import io.holdfast.api.RequestMessage;
import io.holdfast.server.gateway.PeerHealth;
import io.holdfast.server.gateway.PeerPort;
import io.holdfast.server.peer.ClientChannel;
import io.holdfast.server.peer.PeerService;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The peer as the gateway sees it. */
final class ServicePort implements PeerPort {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.server");

  private final PeerService service;
  private final PeerLoop loop;

  ServicePort(PeerService service, PeerLoop loop) {
    this.service = service;
    this.loop = loop;
  }

  @Override
  public boolean submit(ClientChannel client, String principal, List<RequestMessage> requests) {
    return !loop.failure().isDone() && service.submit(client, principal, requests);
  }

  @Override
  public void opened(ClientChannel client) {
    told(service.opened(client), "opened");
  }

  @Override
  public void closed(ClientChannel client) {
    told(service.closed(client), "closed");
  }

  @Override
  public void resumed(ClientChannel client) {
    told(service.resumed(client), "resumed");
  }

  @Override
  public PeerHealth health() {
    return loop.health();
  }

  /** A loop that is too full to hear of a connection only keeps a little more than it must. */
  private static void told(boolean taken, String what) {
    if (!taken) {
      LOG.debug("the event loop is full and was not told that a connection {}", what);
    }
  }
}
