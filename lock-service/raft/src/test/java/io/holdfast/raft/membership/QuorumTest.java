package io.holdfast.raft.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumTest {
  private static Configuration configuration(Collection<PeerId> voters, Collection<PeerId> old) {
    SortedMap<PeerId, Member> members = new TreeMap<>();
    for (PeerId id : voters) {
      members.put(id, new Member(id, "p" + id.value() + ":1", "p" + id.value() + ":2"));
    }
    for (PeerId id : old) {
      members.put(id, new Member(id, "p" + id.value() + ":1", "p" + id.value() + ":2"));
    }
    return new Configuration(members, new TreeSet<>(voters), new TreeSet<>(old), new TreeSet<>());
  }

  private static SortedSet<PeerId> peers(int... ids) {
    SortedSet<PeerId> peers = new TreeSet<>();
    for (int id : ids) {
      peers.add(new PeerId(id));
    }
    return peers;
  }

  @ParameterizedTest
  @DisplayName("S042 what a majority has reached")
  @CsvSource({
    "5, 5",
    "5 3, 3",
    "5 3 1, 3",
    "5 5 1, 5",
    "9 7 5 3, 5",
    "9 7 5 3 1, 5",
    "9 9 9 0 0, 9",
    "9 9 0 0 0, 0",
  })
  void reachedByAMajority(String matches, long reached) {
    Map<PeerId, Long> values = new TreeMap<>();
    for (String match : matches.split(" ", -1)) {
      values.put(new PeerId(values.size() + 1), Long.parseLong(match));
    }
    Configuration configuration = configuration(values.keySet(), peers());
    assertThat(Quorum.reachedBy(configuration, values::get)).isEqualTo(reached);
  }

  @Test
  @DisplayName("S123 a joint configuration needs both majorities: compared with the definition")
  void jointMajoritiesMatchTheDefinition() {
    Random random = new Random(123);
    for (int run = 0; run < 5_000; run++) {
      SortedSet<PeerId> incoming = draw(random);
      SortedSet<PeerId> outgoing = random.nextBoolean() ? draw(random) : peers();
      Configuration configuration = configuration(incoming, outgoing);
      Map<PeerId, Long> values = new TreeMap<>();
      configuration.members().keySet().forEach(id -> values.put(id, (long) random.nextInt(6)));
      long reached = Quorum.reachedBy(configuration, values::get);
      for (long candidate = 0; candidate < 6; candidate++) {
        long wanted = candidate;
        boolean quorum =
            majority(incoming, values, wanted)
                && (outgoing.isEmpty() || majority(outgoing, values, wanted));
        assertThat(reached >= wanted).isEqualTo(quorum);
        assertThat(Quorum.isQuorum(configuration, id -> values.get(id) >= wanted))
            .isEqualTo(quorum);
      }
    }
  }

  private static boolean majority(SortedSet<PeerId> set, Map<PeerId, Long> values, long wanted) {
    return set.stream().filter(id -> values.get(id) >= wanted).count() * 2 > set.size();
  }

  private static SortedSet<PeerId> draw(Random random) {
    SortedSet<PeerId> drawn = peers(1 + random.nextInt(7));
    for (int i = random.nextInt(5); i > 0; i--) {
      drawn.add(new PeerId(1 + random.nextInt(7)));
    }
    return drawn;
  }

  @ParameterizedTest
  @DisplayName("S006 one round of votes")
  @CsvSource({
    "1, 1, 0, WON",
    "3, 2, 0, WON",
    "3, 1, 1, PENDING",
    "3, 1, 2, LOST",
    "4, 2, 1, PENDING",
    "4, 2, 2, LOST",
    "5, 3, 2, WON",
    "5, 2, 2, PENDING",
    "5, 2, 3, LOST",
  })
  void oneRoundOfVotes(int voters, int granted, int refused, Quorum.VoteResult result) {
    SortedSet<PeerId> all = new TreeSet<>();
    SortedSet<PeerId> yes = new TreeSet<>();
    SortedSet<PeerId> no = new TreeSet<>();
    for (int id = 1; id <= voters; id++) {
      all.add(new PeerId(id));
      if (id <= granted) {
        yes.add(new PeerId(id));
      } else if (id <= granted + refused) {
        no.add(new PeerId(id));
      }
    }
    assertThat(Quorum.voteResult(configuration(all, peers()), yes, no)).isEqualTo(result);
  }
}
