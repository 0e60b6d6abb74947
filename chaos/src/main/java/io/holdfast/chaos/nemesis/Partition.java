package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.Links.Link;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which links are cut.
 *
 * @param description for example {@code cut peer 2 (the leader) off}
 * @param cuts one-way links
 */
public record Partition(String description, Set<Link> cuts) {
  /** Copies the set. */
  public Partition {
    cuts = Set.copyOf(cuts);
  }

  /** Nothing passes between the two sides. */
  public static Partition between(String description, List<Integer> side, List<Integer> other) {
    Set<Link> cuts = new LinkedHashSet<>();
    for (int one : side) {
      for (int two : other) {
        cuts.add(new Link(one, two));
        cuts.add(new Link(two, one));
      }
    }
    return new Partition(description, cuts);
  }

  /** Two halves that only the first peer of the order still reaches both of. */
  public static Partition bridge(List<Integer> order) {
    int bridge = order.get(0);
    List<Integer> rest = order.subList(1, order.size());
    int half = rest.size() / 2;
    List<Integer> left = rest.subList(0, half);
    List<Integer> right = rest.subList(half, rest.size());
    return between(
        "cut peers " + left + " from peers " + right + ", both reach peer " + bridge, left, right);
  }

  /**
   * Every peer reaches a majority, and no two the same one: neighbours on a circle stay connected,
   * as far as a majority goes.
   */
  public static Partition majoritiesRing(List<Integer> order) {
    int count = order.size();
    int reach = (count / 2 + 1) / 2;
    Set<Link> cuts = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        int distance = Math.min(Math.floorMod(i - j, count), Math.floorMod(j - i, count));
        if (distance > reach) {
          cuts.add(new Link(order.get(i), order.get(j)));
        }
      }
    }
    return new Partition("left each of peers " + order + " a majority of its own", cuts);
  }

  /** What comes in to, or goes out of, one peer is lost. */
  public static Partition oneWay(int peer, String described, List<Integer> all, boolean inbound) {
    Set<Link> cuts = new LinkedHashSet<>();
    List<Integer> others = new ArrayList<>(all);
    others.remove(Integer.valueOf(peer));
    for (int other : others) {
      cuts.add(inbound ? new Link(other, peer) : new Link(peer, other));
    }
    String what = inbound ? "made deaf " : "made mute ";
    return new Partition(what + described, cuts);
  }

  /** Whether some majority of the peers still reach one another, both ways. */
  public boolean sparesMajorityOf(List<Integer> all) {
    for (int chosen = 0; chosen < 1 << all.size(); chosen++) {
      if (2 * Integer.bitCount(chosen) > all.size() && isWhole(chosen, all)) {
        return true;
      }
    }
    return false;
  }

  private boolean isWhole(int chosen, List<Integer> all) {
    return cuts.stream()
        .noneMatch(
            cut ->
                isChosen(chosen, all.indexOf(cut.from()))
                    && isChosen(chosen, all.indexOf(cut.to())));
  }

  private static boolean isChosen(int chosen, int at) {
    return (chosen >> at & 1) == 1;
  }
}
