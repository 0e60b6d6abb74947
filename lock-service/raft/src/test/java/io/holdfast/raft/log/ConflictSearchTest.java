package io.holdfast.raft.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.message.MatchResult;
import io.holdfast.raft.message.MatchResult.Matched;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConflictSearchTest {
  private static RaftLog log(long... terms) {
    RaftLog log = new RaftLog(EntryId.NONE, List.of());
    for (int i = 0; i < terms.length; i++) {
      log.append(Entry.noOp(new EntryId(terms[i], i + 1)));
    }
    return log;
  }

  private static RaftLog parse(String terms) {
    return log(
        terms.isBlank()
            ? new long[0]
            : LongStream.of(
                    java.util.Arrays.stream(terms.trim().split(" ", -1))
                        .mapToLong(Long::parseLong)
                        .toArray())
                .toArray());
  }

  private record Search(int probes, long match) {}

  private static Search search(RaftLog leader, RaftLog follower) {
    EntryId previous = leader.last();
    for (int probes = 1; ; probes++) {
      MatchResult result = ConflictSearch.compare(follower, previous, previous.index(), 0);
      if (result instanceof Matched) {
        return new Search(probes, previous.index());
      }
      long next = ConflictSearch.nextAfterRefusal(leader, previous, result);
      assertThat(next).isBetween(1L, previous.index());
      previous = leader.idAt(next - 1);
    }
  }

  @ParameterizedTest
  @DisplayName("S064 S065 S066 worked examples")
  @CsvSource(
      delimiter = '|',
      value = {
        "1 1 1|1 1 1|3|1",
        "1 1 1|1|1|2",
        "1 1 1||0|2",
        "1 1 1 2 2|1 1 1 3 3 3|3|2",
        "1 1 1 3 3 3 3 3 5|1 1 1 1 2 2 2 2|3|3",
        "1 3 3 3 5 5 5 5 5|1 3 3 3 3 3|4|3",
        "1 2 2 2 2 2 2 2|1 1 1 1 1 1 1 1|1|2",
      })
  void workedExamples(String leader, String follower, long match, int probesMax) {
    Search search = search(parse(leader), parse(follower == null ? "" : follower));
    assertThat(search.match()).isEqualTo(match);
    assertThat(search.probes()).isLessThanOrEqualTo(probesMax + 1);
  }

  @Test
  @DisplayName("S064 a divergence costs at most a few probes more than the terms of one side")
  void probesAreBoundedByTerms() {
    Random random = new Random(64);
    for (int run = 0; run < 20_000; run++) {
      int shared = random.nextInt(10);
      List<Long> common = new ArrayList<>();
      long term = 1;
      for (int i = 0; i < shared; i++) {
        term += random.nextInt(2);
        common.add(term);
      }
      // After the shared part no term is in both logs but one that both began in it.
      RaftLog leader = diverge(common, term, random, 0);
      RaftLog follower = diverge(common, term, random, 1);
      long match = shared;
      while (match < Math.min(leader.lastIndex(), follower.lastIndex())
          && leader.termAt(match + 1) == follower.termAt(match + 1)) {
        match++;
      }
      Search search = search(leader, follower);
      assertThat(search.match()).isEqualTo(match);
      int bound = Math.min(terms(leader, match), terms(follower, match)) + 3;
      assertThat(search.probes()).isLessThanOrEqualTo(bound);
    }
  }

  private static RaftLog diverge(List<Long> common, long term, Random random, int parity) {
    RaftLog log = log(common.stream().mapToLong(Long::longValue).toArray());
    int length = random.nextInt(30);
    long next = term;
    for (int i = 0; i < length; i++) {
      if (next == term || random.nextInt(4) == 0) {
        next += 1 + random.nextInt(3);
        next += (next + parity) % 2;
      }
      log.append(Entry.noOp(new EntryId(next, log.lastIndex() + 1)));
    }
    return log;
  }

  private static int terms(RaftLog log, long after) {
    return (int)
        LongStream.rangeClosed(after + 1, log.lastIndex()).map(log::termAt).distinct().count();
  }
}
