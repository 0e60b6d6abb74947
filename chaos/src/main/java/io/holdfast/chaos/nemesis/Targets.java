package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Whom a fault hits.
 *
 * @param kind how they were chosen
 * @param peers their numbers, ascending
 * @param leader who led when they were chosen, 0 if nobody was known to
 */
public record Targets(Kind kind, List<Integer> peers, int leader) {
  /** Ways to choose. */
  public enum Kind {
    /** Any one peer. */
    ONE,
    /** The peer that leads; any one when nobody is known to lead. */
    LEADER,
    /** As many as the cluster can do without. */
    MINORITY,
    /** As many as it cannot do without. */
    MAJORITY,
    /** Every peer. */
    ALL
  }

  /** Copies the list. */
  public Targets {
    peers = List.copyOf(peers);
  }

  /** Draws one of the kinds, then the peers. */
  public static Targets draw(ClusterUnderTest cluster, RandomGenerator choices, List<Kind> kinds) {
    Kind kind = kinds.get(choices.nextInt(kinds.size()));
    List<Integer> shuffled = shuffled(cluster.peers(), choices);
    Optional<Integer> leader = cluster.leader();
    int count = cluster.peers().size();
    List<Integer> chosen =
        switch (kind) {
          case ONE -> shuffled.subList(0, 1);
          case LEADER -> leader.map(List::of).orElseGet(() -> shuffled.subList(0, 1));
          case MINORITY -> shuffled.subList(0, Math.max(1, (count - 1) / 2));
          case MAJORITY -> shuffled.subList(0, count / 2 + 1);
          case ALL -> shuffled;
        };
    return new Targets(kind, chosen.stream().sorted().toList(), leader.orElse(0));
  }

  /** Whether the other peers are a majority. */
  public boolean spareMajorityOf(ClusterUnderTest cluster) {
    return 2 * peers.size() < cluster.peers().size();
  }

  /** The peers in a drawn order. */
  public static List<Integer> shuffled(List<Integer> peers, RandomGenerator choices) {
    List<Integer> order = new ArrayList<>(peers);
    for (int i = order.size() - 1; i > 0; i--) {
      int other = choices.nextInt(i + 1);
      Integer kept = order.get(i);
      order.set(i, order.get(other));
      order.set(other, kept);
    }
    return order;
  }

  /** For example {@code peer 2 (the leader)} or {@code peers 1, 3 (a majority)}. */
  public String describe() {
    String numbers =
        (peers.size() == 1 ? "peer " : "peers ")
            + peers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    if (peers.size() == 1) {
      return peers.contains(leader) ? numbers + " (the leader)" : numbers;
    }
    String word = kind.name().toLowerCase(Locale.ROOT);
    String chosen = kind == Kind.ALL ? "all" : "a " + word;
    return numbers
        + " ("
        + chosen
        + (peers.contains(leader) && kind != Kind.ALL ? ", with the leader)" : ")");
  }
}
