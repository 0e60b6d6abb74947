package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.Links;
import io.holdfast.chaos.nemesis.Targets.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Links cut between peers.
 *
 * @param bothWays whether a cut link is cut in both directions
 */
record PartitionNemesis(String name, String description, boolean bothWays) implements Nemesis {
  private static final long READY_MILLIS_MAX = 10_000;

  @Override
  public Optional<String> unsupportedWhy(ClusterUnderTest cluster) {
    return cluster.links().unsupportedWhy();
  }

  @Override
  public Injection inject(ClusterUnderTest cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    for (int peer : cluster.peers()) {
      // One that is still starting after the fault before has nothing to say that could be lost.
      boolean unused = Readiness.await(cluster, peer, READY_MILLIS_MAX);
    }
    Partition partition = bothWays ? draw(cluster, choices) : drawOneWay(cluster, choices);
    Links links = cluster.links();
    links.cut(partition.cuts());
    Set<Integer> touched = new TreeSet<>();
    partition.cuts().forEach(cut -> touched.add(cut.to()));
    partition.cuts().forEach(cut -> touched.add(cut.from()));
    return new Injection() {
      @Override
      public String description() {
        return partition.description();
      }

      @Override
      public boolean sparesMajority() {
        return partition.sparesMajorityOf(cluster.peers());
      }

      @Override
      public String verify() throws NemesisException, IOException, InterruptedException {
        long lost = 0;
        boolean counted = false;
        for (int peer : touched) {
          long there = links.lost(peer);
          counted |= there >= 0;
          lost += Math.max(0, there);
        }
        if (counted && lost == 0) {
          throw new NemesisException(name + ": the links were cut, but no message was lost");
        }
        return counted ? lost + " messages were lost at the cut" : "not counted here";
      }

      @Override
      public void heal() throws IOException, InterruptedException {
        links.heal();
      }
    };
  }

  private static Partition draw(ClusterUnderTest cluster, RandomGenerator choices) {
    List<Integer> all = cluster.peers();
    List<Integer> order = leaderLast(Targets.shuffled(all, choices), cluster.leader());
    int shapes = all.size() >= 5 ? 5 : 3;
    return switch (choices.nextInt(shapes)) {
      case 0 -> isolate(Targets.draw(cluster, choices, List.of(Kind.ONE)), all);
      case 1 -> isolate(Targets.draw(cluster, choices, List.of(Kind.LEADER)), all);
      case 2 -> {
        if (all.size() < 5) {
          yield Partition.bridge(order);
        }
        int half = all.size() / 2;
        List<Integer> left = order.subList(0, half);
        List<Integer> right = order.subList(half, order.size());
        yield Partition.between("cut peers " + left + " from peers " + right, left, right);
      }
      case 3 -> Partition.bridge(order);
      default -> Partition.majoritiesRing(order);
    };
  }

  /** A leader that is the bridge would lose nothing: followers do not talk to each other. */
  private static List<Integer> leaderLast(List<Integer> order, Optional<Integer> leader) {
    List<Integer> moved = new ArrayList<>(order);
    leader.ifPresent(
        peer -> {
          moved.remove(peer);
          moved.add(peer);
        });
    return moved;
  }

  private static Partition isolate(Targets targets, List<Integer> all) {
    List<Integer> others = new ArrayList<>(all);
    others.removeAll(targets.peers());
    return Partition.between("cut " + targets.describe() + " off", targets.peers(), others);
  }

  private static Partition drawOneWay(ClusterUnderTest cluster, RandomGenerator choices) {
    Targets targets = Targets.draw(cluster, choices, List.of(Kind.ONE, Kind.LEADER, Kind.LEADER));
    int peer = targets.peers().get(0);
    return Partition.oneWay(peer, targets.describe(), cluster.peers(), choices.nextBoolean());
  }
}
