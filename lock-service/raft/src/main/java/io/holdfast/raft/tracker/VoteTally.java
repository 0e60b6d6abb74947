package io.holdfast.raft.tracker;

import io.holdfast.raft.PeerId;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The answers to one request for votes. The first answer of a voter counts, later ones do not. */
public final class VoteTally {
  private final SortedMap<PeerId, Boolean> answers = new TreeMap<>();

  public void record(PeerId voter, boolean granted) {
    answers.putIfAbsent(voter, granted);
  }

  public SortedSet<PeerId> granted() {
    return withAnswer(true);
  }

  public SortedSet<PeerId> refused() {
    return withAnswer(false);
  }

  private SortedSet<PeerId> withAnswer(boolean wanted) {
    SortedSet<PeerId> peers = new TreeSet<>();
    answers.forEach(
        (peer, granted) -> {
          if (granted == wanted) {
            peers.add(peer);
          }
        });
    return peers;
  }
}
