package io.holdfast.server.transport;

import io.holdfast.raft.PeerId;
import java.util.Collection;
import java.util.Set;

/** A {@link LinkFilter} whose cuts change while the peer runs. For any thread. */
public final class SwitchableLinkFilter implements LinkFilter {
  private volatile Set<PeerId> cutInbound = Set.of();
  private volatile Set<PeerId> cutOutbound = Set.of();

  /** Replaces the cuts of both directions. */
  public void cut(Collection<PeerId> inbound, Collection<PeerId> outbound) {
    cutInbound = Set.copyOf(inbound);
    cutOutbound = Set.copyOf(outbound);
  }

  public void heal() {
    cut(Set.of(), Set.of());
  }

  @Override
  public boolean dropsFrom(PeerId sender) {
    return cutInbound.contains(sender);
  }

  @Override
  public boolean dropsTo(PeerId receiver) {
    return cutOutbound.contains(receiver);
  }
}
