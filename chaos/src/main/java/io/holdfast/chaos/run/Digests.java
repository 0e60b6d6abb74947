package io.holdfast.chaos.run;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.PeerProbe;
import io.holdfast.chaos.cluster.PeerProbe.StateDigest;
import io.holdfast.chaos.workload.Problems;
import io.holdfast.chaos.workload.Problems.Problem;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Compares the peers' replicated states once nothing happens any more. */
final class Digests {
  private static final long PATIENCE_MILLIS = 30_000;
  private static final long INTERVAL_MILLIS = 200;

  private final ClusterUnderTest cluster;
  private final Problems problems;
  private final LongSupplier nowMillis;

  Digests(ClusterUnderTest cluster, Problems problems, LongSupplier nowMillis) {
    this.cluster = cluster;
    this.problems = problems;
    this.nowMillis = nowMillis;
  }

  /**
   * Asks until all have applied as much; digests of the same index must be equal, whenever they
   * were taken.
   *
   * @return a sentence for the report
   */
  String compare() throws InterruptedException {
    long deadline = nowMillis.getAsLong() + PATIENCE_MILLIS;
    CountDownLatch never = new CountDownLatch(1);
    Map<Long, Map<Integer, String>> byIndex = new TreeMap<>();
    int answers;
    do {
      answers = 0;
      Set<Long> indexes = new HashSet<>();
      for (int peer : cluster.peers()) {
        Optional<StateDigest> digest = PeerProbe.digest(cluster.clientAddress(peer));
        if (digest.isPresent()) {
          answers++;
          indexes.add(digest.get().appliedIndex());
          byIndex
              .computeIfAbsent(digest.get().appliedIndex(), index -> new TreeMap<>())
              .put(peer, shortened(digest.get().digest()));
        }
      }
      Optional<String> conflict = conflict(byIndex);
      if (conflict.isPresent()) {
        problems.add(new Problem("harness", nowMillis.getAsLong() * 1_000_000, conflict.get()));
        return conflict.get();
      }
      if (answers == cluster.peers().size() && indexes.size() == 1) {
        long index = indexes.iterator().next();
        String digest = byIndex.get(index).values().iterator().next();
        return "the states of all "
            + answers
            + " peers are equal at index "
            + index
            + " (digest "
            + digest
            + ")";
      }
    } while (nowMillis.getAsLong() < deadline
        && !never.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS));
    String sentence =
        answers == 0
            ? "the peers tell no digest of their state"
            : "the peers did not come to the same log index within 30 s: digests at " + byIndex;
    problems.add(new Problem("harness", nowMillis.getAsLong() * 1_000_000, sentence));
    return sentence;
  }

  /** Enough to tell two states apart, and to be read. */
  private static String shortened(String digest) {
    return digest.substring(0, Math.min(12, digest.length()));
  }

  private static Optional<String> conflict(Map<Long, Map<Integer, String>> byIndex) {
    for (Map.Entry<Long, Map<Integer, String>> entry : byIndex.entrySet()) {
      if (new HashSet<>(entry.getValue().values()).size() > 1) {
        return Optional.of(
            "the peers' states differ at log index "
                + entry.getKey()
                + ": digests "
                + entry.getValue());
      }
    }
    return Optional.empty();
  }
}
