package io.holdfast.chaos.containers;

import com.github.dockerjava.api.exception.DockerException;
import io.holdfast.chaos.containers.ContainerNemesis.Made;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.NemesisException;
import io.holdfast.chaos.nemesis.Targets;
import io.holdfast.chaos.nemesis.Targets.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Faults of the wall clock, by libfaketime. It reads the offset from a file, at most once a second;
 * the file lies on a volume that the holder shares, so that it can be changed while the peer is
 * paused or down. The machine's own clock is never touched.
 */
final class ClockFaults {
  private static final String CHECK_CLASS = "io/holdfast/chaos/containers/ClockCheck.class";
  private static final String CHECK_FOLDER = "/tmp";
  private static final long SEEN_MILLIS_MAX = 15_000;

  private static final long DRIFT_NANOS = 4_000_000_000L;

  /** A jump that cannot be the difference between two machines' readings of a clock. */
  private static final int JUMP_SECONDS_MIN = 30;

  private ClockFaults() {}

  /**
   * What the peers' containers need. The last two keep the monotonic clock, and with it every timed
   * wait of the JVM, out of it (libfaketime 0.9.10 of Debian 12).
   */
  static Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", "/usr/$LIB/faketime/libfaketime.so.1",
        "FAKETIME_TIMESTAMP_FILE", "/skew/clock",
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }

  static List<Nemesis> all() {
    return List.of(
        new ContainerNemesis(
            "clock",
            "Moves the wall clock of some peers by half a minute to a day, ahead or back: nothing"
                + " may depend on it.",
            cluster -> cluster.capabilities().clock(),
            ClockFaults::jump),
        new ContainerNemesis(
            "clock-rate",
            "Lets the wall clock of some peers run up to ten times too fast or too slow.",
            cluster -> cluster.capabilities().clock(),
            ClockFaults::rate),
        new ContainerNemesis(
            "clock-strobe",
            "Throws the wall clock of one peer to and fro.",
            cluster -> cluster.capabilities().clock(),
            ClockFaults::strobe));
  }

  private static Made jump(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = draw(cluster, choices);
    int magnitude = 1 << choices.nextInt(12);
    long seconds = (long) JUMP_SECONDS_MIN * magnitude * (choices.nextBoolean() ? 1 : -1);
    set(cluster, targets, (seconds > 0 ? "+" : "") + seconds);
    return new Made(
        "moved the wall clock of " + targets.describe() + " by " + seconds + " s",
        () -> seenMoved(cluster, targets, seconds),
        () -> heal(cluster, targets));
  }

  /**
   * By a step each second. The library knows rates itself, but then the JVM's timed waits return at
   * once (libfaketime 0.9.10): another fault than the one meant.
   */
  private static Made rate(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = draw(cluster, choices);
    int tenths = List.of(1, 5, 20, 100).get(choices.nextInt(4));
    int stepTenths = tenths - 10;
    return scripted(
        cluster,
        targets,
        "t=0",
        "t=$((t + "
            + stepTenths
            + ")); a=${t#-}; s=+; [ $t -ge 0 ] || s=-; put $s$((a / 10)).$((a % 10)); sleep 1",
        "lets the wall clock of " + targets.describe() + " run " + tenths / 10.0 + " times as fast",
        () -> seenRate(cluster, targets, stepTenths / 10.0));
  }

  private static Made strobe(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = Targets.draw(cluster, choices, List.of(Kind.LEADER, Kind.ONE));
    int seconds = JUMP_SECONDS_MIN + choices.nextInt(600);
    return scripted(
        cluster,
        targets,
        "",
        "put +" + seconds + "; sleep 1.5; put -" + seconds + "; sleep 1.5",
        "throws the wall clock of " + targets.describe() + " " + seconds + " s to and fro",
        () -> seenMoved(cluster, targets, seconds));
  }

  /** Changes clocks again and again until healed, by a loop in the holders. */
  private static Made scripted(
      ContainerCluster cluster,
      Targets targets,
      String before,
      String again,
      String description,
      ContainerNemesis.Proof proof)
      throws IOException {
    for (int peer : targets.peers()) {
      cluster
          .engine()
          .launch(
              cluster.containers(peer).holder(),
              "sh",
              "-c",
              "put() { echo $1 >/skew/next && mv /skew/next /skew/clock; }; touch /skew/moving; "
                  + before
                  + "\nwhile [ -e /skew/moving ]; do "
                  + again
                  + "; done; put +0; touch /skew/still");
    }
    return new Made(
        description,
        proof,
        () -> {
          for (int peer : targets.peers()) {
            String holder = cluster.containers(peer).holder();
            cluster.engine().must(holder, "rm", "-f", "/skew/moving");
            while (!cluster.engine().run(holder, "rm", "/skew/still").succeeded()) {
              DockerEngine.rest();
            }
          }
        });
  }

  private static Targets draw(ContainerCluster cluster, RandomGenerator choices) {
    return Targets.draw(
        cluster, choices, List.of(Kind.ONE, Kind.LEADER, Kind.LEADER, Kind.MINORITY));
  }

  private static void heal(ContainerCluster cluster, Targets targets)
      throws IOException, InterruptedException {
    set(cluster, targets, "+0");
  }

  /** By renaming, so that nobody reads half a line. */
  private static void set(ContainerCluster cluster, Targets targets, String offset)
      throws IOException, InterruptedException {
    for (int peer : targets.peers()) {
      cluster
          .engine()
          .must(
              cluster.containers(peer).holder(),
              "sh",
              "-c",
              "echo '" + offset + "' >/skew/next && mv /skew/next /skew/clock");
    }
  }

  private static String seenMoved(ContainerCluster cluster, Targets targets, long seconds)
      throws NemesisException, IOException, InterruptedException {
    for (int peer : targets.peers()) {
      long deadline = System.nanoTime() + SEEN_MILLIS_MAX * 1_000_000;
      long moved = movedMillis(cluster, peer);
      while (Math.abs(moved) < Math.abs(seconds) * 1000 / 2) {
        if (System.nanoTime() - deadline > 0) {
          throw new NemesisException(
              "the clock of peer "
                  + peer
                  + " should be off by "
                  + seconds
                  + " s; it is off by "
                  + moved
                  + " ms");
        }
        moved = movedMillis(cluster, peer);
      }
    }
    return "a program in the peer's container reads a wall clock that is off by about as much";
  }

  private static String seenRate(ContainerCluster cluster, Targets targets, double gainPerSecond)
      throws NemesisException, IOException, InterruptedException {
    List<String> seen = new ArrayList<>();
    for (int peer : targets.peers()) {
      long before = movedMillis(cluster, peer);
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < DRIFT_NANOS) {
        DockerEngine.rest();
      }
      double gained = movedMillis(cluster, peer) - before;
      double expected = gainPerSecond * (System.nanoTime() - begin) / 1_000_000;
      // Steps of a second, seen up to a second late, on a machine that may be busy.
      if (gained / expected < 0.3) {
        throw new NemesisException(
            String.format(
                Locale.ROOT,
                "clock-rate: the clock of peer %d should have gained %.0f ms; it gained %.0f ms",
                peer,
                expected,
                gained));
      }
      seen.add(String.format(Locale.ROOT, "peer %d's gained %.1f s", peer, gained / 1000));
    }
    return String.join("; ", seen) + " while it was watched";
  }

  private static double wallSeconds(ContainerCluster cluster, int peer)
      throws IOException, InterruptedException {
    String said =
        cluster.engine().runAs("10001", cluster.containers(peer).node(), "date", "+%s.%N").output();
    return Double.parseDouble(said);
  }

  private static long movedMillis(ContainerCluster cluster, int peer)
      throws IOException, InterruptedException {
    return (long) (wallSeconds(cluster, peer) * 1000) - System.currentTimeMillis();
  }

  /**
   * Whether a moved wall clock leaves a JVM's timed waits alone here; the right settings depend on
   * the versions of libfaketime and the C library.
   */
  static Optional<String> selfCheck(DockerEngine engine, PeerContainers peer)
      throws IOException, InterruptedException {
    String holder = peer.holder();
    try {
      engine.must(holder, "sh", "-c", "echo +3600 >/skew/next && mv /skew/next /skew/clock");
      DockerEngine.Output said = check(engine, peer.node());
      String[] words = said.output().split("\\s+", -1);
      if (!said.succeeded() || words.length != 3) {
        return Optional.of("the check of the clock library failed: " + said.output());
      }
      List<String> wrong = new ArrayList<>();
      long moved = Long.parseLong(words[0]) - System.currentTimeMillis();
      if (Math.abs(moved - 3_600_000) > 60_000) {
        wrong.add("a jump of 3600 s showed as " + moved + " ms");
      }
      if (Long.parseLong(words[1]) < 150 || Long.parseLong(words[2]) < 150) {
        wrong.add("a wait of 200 ms took " + words[1] + " ms, or " + words[2] + " ms by itself");
      }
      return wrong.isEmpty()
          ? Optional.empty()
          : Optional.of("libfaketime does not fit this system: " + String.join("; ", wrong));
    } catch (DockerException e) {
      throw DockerEngine.refused("the check of the clock library", e);
    } finally {
      engine.must(holder, "sh", "-c", "echo +0 >/skew/next && mv /skew/next /skew/clock");
    }
  }

  private static DockerEngine.Output check(DockerEngine engine, String node)
      throws IOException, InterruptedException {
    engine
        .client()
        .copyArchiveToContainerCmd(node)
        .withRemotePath(CHECK_FOLDER)
        .withTarInputStream(new ByteArrayInputStream(checkArchive()))
        .exec();
    return engine.runAs(
        "10001",
        node,
        "java",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        CHECK_FOLDER,
        ClockCheck.class.getName());
  }

  private static byte[] checkArchive() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (InputStream in = ClockFaults.class.getClassLoader().getResourceAsStream(CHECK_CLASS);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      if (in == null) {
        throw new IOException(CHECK_CLASS + " is not on the class path");
      }
      byte[] content = in.readAllBytes();
      TarArchiveEntry entry = new TarArchiveEntry(CHECK_CLASS);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }
}
