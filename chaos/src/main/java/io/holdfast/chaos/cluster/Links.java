package io.holdfast.chaos.cluster;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** The links between peers. Cuts add up until {@link #heal}. */
public interface Links {
  /** Why links cannot be cut here; empty when they can. */
  Optional<String> unsupportedWhy();

  /**
   * Loses what goes one way, from each pair's first peer to its second.
   *
   * @throws IOException when the cut could not be made
   */
  void cut(Set<Link> oneWay) throws IOException, InterruptedException;

  /** Undoes all cuts; also where a peer was restarted meanwhile. */
  void heal() throws IOException, InterruptedException;

  /**
   * Messages lost by cuts at a peer since its process started, as a proof that a cut works; -1
   * where this is not counted.
   */
  long lost(int peer) throws IOException, InterruptedException;

  /** One direction of a link. */
  record Link(int from, int to) {}
}
