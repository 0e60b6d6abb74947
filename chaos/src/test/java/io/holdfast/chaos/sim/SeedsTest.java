package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The seeds that every build runs: those that found something once, and a fixed number of others.
 * {@code -Dholdfast.simulate.seeds=10000} runs more.
 */
class SeedsTest {
  private static final int SEEDS = Integer.getInteger("holdfast.simulate.seeds", 200);
  private static final long FIRST_SEED = Long.getLong("holdfast.simulate.firstSeed", 1);

  static Stream<Long> regressionSeeds() throws IOException {
    try (InputStream file = SeedsTest.class.getResourceAsStream("/regression-seeds.txt");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(file), StandardCharsets.UTF_8))) {
      List<Long> seeds = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#") && !line.isBlank()) {
          seeds.add(Long.parseLong(line.split(" +", 2)[0]));
        }
      }
      return seeds.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("regressionSeeds")
  void aSeedThatOnceFoundSomethingFindsItNoMore(long seed) {
    assertClean(SimRun.run(seed, SimOptions.DRAWN));
    assertClean(SimRun.run(seed, SimOptions.DRAWN.withPeers(3).withClients(8)));
  }

  @Test
  void noSeedFindsAnythingAndTogetherTheyReachTheRarePaths() {
    Coverage coverage = new Coverage();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      SimOutcome outcome = SimRun.run(seed, SimOptions.DRAWN);
      assertClean(outcome);
      coverage.add(outcome.coverage());
    }
    assertThat(coverage.marks())
        .containsKeys(
            "client: acquire of unknown outcome",
            "client: hold ended before its client heard of it",
            "client: keep-alive of a holder answered late",
            "client: session lost",
            "client: session recovered",
            "disk: degraded peer",
            "disk: entries read back for a slow peer",
            "disk: power cut inside a commit",
            "disk: unsynced writes lost",
            "lease: ended by the log",
            "log: conflicting tail truncated",
            "membership: change rolled back",
            "membership: joint configuration entered",
            "membership: joint configuration left",
            "membership: leader that votes no more stepped down",
            "membership: learner promoted",
            "membership: new leader inherits a joint configuration",
            "membership: peer removed",
            "membership: staged peer promoted",
            "membership: voters 1",
            "membership: voters 6",
            "pause: peer noticed that it stood still",
            "read: several peers believe that they lead",
            "snapshot: installed from the leader",
            "snapshot: sender crashed in a transfer",
            "transfer: campaign on the leader's request",
            "transfer: handed over",
            "watch: complete at the end",
            "watch: events lost and told so",
            "watch: from an index of the past");
  }

  private static void assertClean(SimOutcome outcome) {
    assertThat(outcome.violation())
        .as("%s", SimFailure.replay(outcome.seed(), outcome.options()))
        .isNull();
    assertThat(outcome.undecided()).as("seed %d undecided", outcome.seed()).isFalse();
  }
}
