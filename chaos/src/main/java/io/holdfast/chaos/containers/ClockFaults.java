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

  private static Made rate(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = draw(cluster, choices);
    String factor = List.of("0.1", "0.5", "2", "10").get(choices.nextInt(4));
    set(cluster, targets, "+0 x" + factor);
    return new Made(
        "lets the wall clock of " + targets.describe() + " run " + factor + " times as fast",
        () -> seenRate(cluster, targets, Double.parseDouble(factor)),
        () -> heal(cluster, targets));
  }

  private static Made strobe(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = Targets.draw(cluster, choices, List.of(Kind.LEADER, Kind.ONE));
    int seconds = JUMP_SECONDS_MIN + choices.nextInt(600);
    String holder = cluster.containers(targets.peers().get(0)).holder();
    cluster
        .engine()
        .launch(
            holder,
            "sh",
            "-c",
            "touch /skew/strobe; while [ -e /skew/strobe ]; do for to in +"
                + seconds
                + " -"
                + seconds
                + "; do echo $to >/skew/next && mv /skew/next /skew/clock; sleep 1.5; done; done;"
                + " echo +0 >/skew/next && mv /skew/next /skew/clock");
    return new Made(
        "throws the wall clock of " + targets.describe() + " " + seconds + " s to and fro",
        () -> seenMoved(cluster, targets, seconds),
        () -> {
          cluster.engine().must(holder, "rm", "-f", "/skew/strobe");
          awaitFile(cluster.engine(), holder);
        });
  }

  private static void awaitFile(DockerEngine engine, String holder)
      throws IOException, InterruptedException {
    while (!engine.must(holder, "cat", "/skew/clock").equals("+0")) {
      DockerEngine.rest();
    }
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

  /** Each program's clock starts at the true time, so that one program has to look twice. */
  private static String seenRate(ContainerCluster cluster, Targets targets, double factor)
      throws NemesisException, IOException, InterruptedException {
    for (int peer : targets.peers()) {
      DockerEngine.Output said = check(cluster.engine(), cluster.containers(peer).node());
      String[] words = said.output().split("\\s+", -1);
      double seen = Double.parseDouble(words[1]) / Double.parseDouble(words[2]);
      if (seen < factor * 0.7 || seen > factor * 1.4) {
        throw new NemesisException(
            "the clock of peer "
                + peer
                + " should run "
                + factor
                + " times as fast; a wait took "
                + words[1]
                + " ms by it and "
                + words[2]
                + " ms by the monotonic clock");
      }
    }
    return "a program in the peer's container sees its wall clock run so";
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
