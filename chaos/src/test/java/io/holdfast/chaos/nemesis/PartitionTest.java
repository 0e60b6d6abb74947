package io.holdfast.chaos.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.cluster.Links.Link;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionTest {
  private static final List<Integer> FIVE = List.of(4, 1, 5, 2, 3);

  @Test
  void ringLeavesEveryPeerAMajorityAndNoTwoTheSameOne() {
    Partition ring = Partition.majoritiesRing(FIVE);
    Set<Set<Integer>> views = new HashSet<>();
    for (int peer : FIVE) {
      Set<Integer> reached = reachedFrom(peer, ring);
      assertThat(reached).hasSize(3).contains(peer);
      views.add(reached);
    }

    assertThat(views).hasSize(5);
  }

  @Test
  void bridgeReachesEveryoneWhoDoNotReachEachOther() {
    Partition bridge = Partition.bridge(FIVE);

    assertThat(reachedFrom(4, bridge)).hasSize(5);
    assertThat(reachedFrom(1, bridge)).containsExactlyInAnyOrder(1, 5, 4);
    assertThat(reachedFrom(2, bridge)).containsExactlyInAnyOrder(2, 3, 4);
  }

  @Test
  void peerThatIsMadeDeafIsStillHeard() {
    Partition deaf = Partition.oneWay(2, "peer 2", FIVE, true);

    assertThat(deaf.cuts()).contains(new Link(1, 2)).doesNotContain(new Link(2, 1)).hasSize(4);
  }

  @Test
  void majorityIsSparedWhereEnoughPeersStillReachOneAnother() {
    assertThat(Partition.between("", List.of(1, 2), List.of(3, 4, 5)).sparesMajorityOf(FIVE))
        .isTrue();
    assertThat(Partition.majoritiesRing(FIVE).sparesMajorityOf(FIVE)).isFalse();
    assertThat(Partition.oneWay(2, "", FIVE, false).sparesMajorityOf(FIVE)).isTrue();
    List<Integer> three = List.of(1, 2, 3);
    assertThat(Partition.majoritiesRing(three).sparesMajorityOf(three)).isTrue();
    Partition all = Partition.between("", List.of(1), List.of(2, 3));
    assertThat(all.sparesMajorityOf(List.of(1, 2))).isFalse();
  }

  private static Set<Integer> reachedFrom(int peer, Partition partition) {
    Set<Integer> reached = new HashSet<>(FIVE);
    partition.cuts().stream()
        .filter(cut -> cut.from() == peer)
        .forEach(it -> reached.remove(it.to()));
    return reached;
  }
}
