package io.holdfast.chaos.containers;

import io.holdfast.chaos.containers.ContainerNemesis.Made;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.NemesisException;
import io.holdfast.chaos.nemesis.Targets;
import io.holdfast.chaos.nemesis.Targets.Kind;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Faults of one peer's disk. A peer that met one takes no part until it is restarted, so that all
 * but the hung disk are healed by a fresh mount and a restart.
 */
final class DiskFaults {
  private static final String USER = "10001";
  private static final String PROBE = "/data/.probe";

  /** Of root, who may not leave it where the peer's user probes. */
  private static final String HELD = "/data/.held";

  private DiskFaults() {}

  static List<Nemesis> all() {
    return List.of(
        fault(
            "disk-full",
            "Fills one peer's disk to the last byte.",
            "filled the disk of %s",
            "fallocate -l $(($(df -k --output=avail /data | tail -1) - 1024))K /data/.fill;"
                + " dd if=/dev/zero of=/data/.fill1 bs=16k; dd if=/dev/zero of=/data/.fill2 bs=512;"
                + " sync; dd if=/dev/zero of=/data/.fill3 bs=512",
            "No space left on device"),
        fault(
            "disk-readonly",
            "Makes one peer's disk read-only, as a kernel does after an error.",
            "made the disk of %s read-only",
            "mount -o remount,abort /data",
            "Read-only file system"),
        fault(
            "disk-error",
            "Lets every read and write of one peer's disk fail.",
            "broke the disk of %s",
            "xfs_io -x -c shutdown /data",
            "Input/output error"),
        new ContainerNemesis(
            "disk-hang",
            "Lets every write of one peer's disk wait, and none fail: a leader in this state must"
                + " make way.",
            ContainerCluster::noLoopDisksWhy,
            DiskFaults::hang),
        new ContainerNemesis(
            "disk-stutter",
            "Freezes one peer's disk for some hundred milliseconds, again and again.",
            ContainerCluster::noLoopDisksWhy,
            DiskFaults::stutter));
  }

  private static Targets draw(ContainerCluster cluster, RandomGenerator choices) {
    return Targets.draw(cluster, choices, List.of(Kind.ONE, Kind.LEADER, Kind.LEADER));
  }

  private static Nemesis fault(
      String name, String description, String sentence, String command, String refusal) {
    return new ContainerNemesis(
        name,
        description,
        ContainerCluster::noLoopDisksWhy,
        (cluster, choices) -> {
          Targets targets = draw(cluster, choices);
          PeerContainers peer = cluster.containers(targets.peers().get(0));
          cluster.engine().run(peer.disk(), "sh", "-c", command);
          return new Made(
              String.format(sentence, targets.describe()),
              () -> seenRefused(cluster.engine(), peer, refusal),
              () -> remount(cluster.engine(), peer));
        });
  }

  private static String seenRefused(DockerEngine engine, PeerContainers peer, String refusal)
      throws NemesisException, IOException, InterruptedException {
    DockerEngine.Output tried =
        engine.runAs(
            USER,
            peer.disk(),
            "sh",
            "-c",
            "head -c 8192 /dev/zero >" + PROBE + " && sync " + PROBE);
    if (tried.succeeded() || !tried.output().contains(refusal)) {
      throw new NemesisException(
          "a write to the disk of peer "
              + peer.plan().peer()
              + " should fail with '"
              + refusal
              + "'; it ended with exit code "
              + tried.exitCode()
              + " and said: "
              + tried.output());
    }
    return "a write fails with '" + refusal + "'";
  }

  private static void remount(DockerEngine engine, PeerContainers peer)
      throws IOException, InterruptedException {
    peer.unmount();
    engine.start(peer.disk());
    engine.must(peer.disk(), "sh", "-c", "rm -f /data/.fill* " + PROBE);
    peer.start();
  }

  private static Made hang(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = draw(cluster, choices);
    PeerContainers peer = cluster.containers(targets.peers().get(0));
    DockerEngine engine = cluster.engine();
    engine.must(peer.disk(), "sh", "-c", "rm -f /tmp/written; fsfreeze -f /data");
    return new Made(
        "hung the disk of " + targets.describe(),
        () -> {
          // Whoever writes waits, and cannot be killed meanwhile: nobody waits for this one.
          engine.launch(
              peer.disk(), "sh", "-c", "touch " + HELD + "; rm " + HELD + "; touch /tmp/written");
          for (int looks = 0; looks < 10; looks++) {
            DockerEngine.rest();
          }
          if (engine.run(peer.disk(), "test", "-e", "/tmp/written").succeeded()) {
            throw new NemesisException("disk-hang: a write did not wait");
          }
          return "a write waits";
        },
        () -> thaw(engine, peer));
  }

  /** A file system that is not frozen is thawed already. */
  static void thaw(DockerEngine engine, PeerContainers peer)
      throws IOException, InterruptedException {
    DockerEngine.Output thawed = engine.run(peer.disk(), "fsfreeze", "-u", "/data");
    if (!thawed.succeeded() && !thawed.output().contains("Invalid argument")) {
      throw new IOException("the disk could not be thawed: " + thawed.output());
    }
  }

  private static Made stutter(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = Targets.draw(cluster, choices, List.of(Kind.ONE, Kind.LEADER, Kind.MINORITY));
    double seconds = 0.1 + choices.nextInt(5) / 10.0;
    DockerEngine engine = cluster.engine();
    for (int peer : targets.peers()) {
      engine.must(
          cluster.containers(peer).disk(), "sh", "-c", "touch /tmp/stutter; : >/tmp/stuttered");
      engine.launch(
          cluster.containers(peer).disk(),
          "sh",
          "-c",
          "while [ -e /tmp/stutter ]; do fsfreeze -f /data && sleep "
              + seconds
              + "; fsfreeze -u /data && echo >>/tmp/stuttered; sleep 0.2; done; touch"
              + " /tmp/stutter-ended");
    }
    return new Made(
        "freezes the disk of " + targets.describe() + " for " + seconds + " s at a time",
        () -> {
          for (int peer : targets.peers()) {
            String times =
                engine.must(cluster.containers(peer).disk(), "sh", "-c", "wc -l </tmp/stuttered");
            if (times.equals("0")) {
              throw new NemesisException("disk-stutter: the disk of peer " + peer + " never froze");
            }
          }
          return "each froze at least once";
        },
        () -> {
          for (int peer : targets.peers()) {
            String disk = cluster.containers(peer).disk();
            engine.must(disk, "rm", "-f", "/tmp/stutter");
            while (!engine.run(disk, "rm", "/tmp/stutter-ended").succeeded()) {
              DockerEngine.rest();
            }
          }
        });
  }
}
