package io.holdfast.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.Workload.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process on a real disk, killed with SIGKILL while it writes. */
class KilledProcessTest {
  private static final int KILLS = Integer.getInteger("holdfast.storage.kills", 10);
  private static final long SEED = Long.getLong("holdfast.storage.seed", 500);

  @TempDir Path directory;

  @Test
  void acknowledgedBatchesSurviveEveryKill() throws Exception {
    State before = State.EMPTY;
    long acknowledgedInAll = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long seed = SEED + kill;
      long acknowledged = writeAndKill(seed, 1 + new Random(seed).nextInt(400));
      acknowledgedInAll += acknowledged;
      State found = recover();
      assertThat(isReached(before, seed, acknowledged, found))
          .as("kill %s, seed %s: state after batch %s or one of the next", kill, seed, acknowledged)
          .isTrue();
      before = found;
    }
    assertThat(acknowledgedInAll).isGreaterThan(KILLS);
  }

  @Test
  void aSecondProcessIsRefusedWhileTheFirstLives() throws Exception {
    Process writer = start(1);
    try (BufferedReader acknowledgements = linesOf(writer)) {
      assertThat(acknowledgements.readLine()).isNotNull();
      assertThatThrownBy(
              () -> MapDbLogStorage.open(KilledWriter.settings(directory.resolve("data"))))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("is in use");
    } finally {
      kill(writer);
    }
    MapDbLogStorage.open(KilledWriter.settings(directory.resolve("data"))).close();
  }

  private static boolean isReached(State start, long seed, long acknowledged, State found) {
    Workload workload = new Workload(new Random(seed), start);
    long number = 0;
    while (number < acknowledged) {
      KilledWriter.batchAt(++number, workload);
    }
    // An acknowledgement may be on its way to this process, so that more may be under way.
    for (int more = 0; more <= 4 * KilledWriter.IN_FLIGHT_MAX; more++) {
      if (workload.state().equals(found)) {
        return true;
      }
      KilledWriter.batchAt(++number, workload);
    }
    return false;
  }

  private State recover() {
    try (MapDbLogStorage storage =
        MapDbLogStorage.open(KilledWriter.settings(directory.resolve("data")))) {
      return PowerCutTest.stateOf(storage.recover());
    }
  }

  /** Returns the last batch whose acknowledgement was heard. */
  private long writeAndKill(long seed, int linesBeforeKill) throws Exception {
    Process writer = start(seed);
    long acknowledged = 0;
    try (BufferedReader lines = linesOf(writer)) {
      String line = lines.readLine();
      for (int i = 0; line != null; i++) {
        acknowledged = Long.parseLong(line);
        if (i == linesBeforeKill) {
          // By its handle: Process.destroyForcibly would close the stream with what is still in it.
          writer.toHandle().destroyForcibly();
        }
        line = lines.readLine();
      }
    } finally {
      kill(writer);
    }
    assertThat(writer.exitValue()).as("ended by SIGKILL").isEqualTo(128 + 9);
    return acknowledged;
  }

  private static void kill(Process writer) throws InterruptedException {
    writer.destroyForcibly();
    assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private static BufferedReader linesOf(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private Process start(long seed) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            directory.resolve("data").toString(),
            Long.toString(seed))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
