package io.holdfast.chaos.containers;

import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import io.holdfast.chaos.containers.ContainerNemesis.Made;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.NemesisException;
import io.holdfast.chaos.nemesis.Targets;
import io.holdfast.chaos.nemesis.Targets.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Faults of whole machines: without power, without processor time. */
final class PowerFaults {
  private static final String SYNCED = "/data/.synced";
  private static final String UNSYNCED = "/data/.unsynced";
  private static final long CPU_PERIOD_MICROS = 100_000;
  private static final long UNLIMITED = -1;

  private PowerFaults() {}

  static List<Nemesis> all() {
    return List.of(
        cut("powercut", "one or some peers", List.of(Kind.LEADER, Kind.ONE, Kind.MINORITY)),
        cut("powercut-majority", "a majority of the peers", List.of(Kind.MAJORITY)),
        cut("powercut-all", "all peers at once", List.of(Kind.ALL)),
        new ContainerNemesis(
            "poweroff",
            "Ends a peer without a word to the others: no connection is closed, they just hang.",
            cluster -> Optional.empty(),
            PowerFaults::off),
        new ContainerNemesis(
            "slow-cpu",
            "Leaves one peer, the leader or a minority 2 to 10 % of a processor.",
            cluster -> Optional.empty(),
            PowerFaults::starve));
  }

  private static Nemesis cut(String name, String whom, List<Kind> kinds) {
    return new ContainerNemesis(
        name,
        "Takes the power from "
            + whom
            + ": every write that was not forced to disk is lost, what was acknowledged must not"
            + " be.",
        ContainerCluster::noLoopDisksWhy,
        (cluster, choices) -> {
          Targets targets = Targets.draw(cluster, choices, kinds);
          for (int peer : targets.peers()) {
            // Stopped, not frozen: it still dies of SIGKILL, and writes nothing until then.
            cluster.engine().signal(cluster.containers(peer).node(), "STOP");
          }
          for (int peer : targets.peers()) {
            lose(cluster.engine(), cluster.containers(peer));
          }
          return new Made(
              "took the power from " + targets.describe(),
              targets.spareMajorityOf(cluster),
              () -> seenLost(cluster, targets),
              () -> {
                for (int peer : targets.peers()) {
                  cluster.containers(peer).start();
                }
              });
        });
  }

  /** Leaves the mark that every power cut has to leave alone. */
  static void mark(DockerEngine engine, String disk) throws IOException, InterruptedException {
    engine.must(disk, "sh", "-ec", "echo kept >" + SYNCED + "; sync -f /data");
  }

  /**
   * The file system is shut down without writing anything more, its journal included, and then
   * unmounted by ending whoever uses it. Two marks tell later whether exactly the unforced one was
   * lost. The forced one is old: to force it now would force what the peer has not forced as well.
   */
  private static void lose(DockerEngine engine, PeerContainers peer)
      throws IOException, InterruptedException {
    engine.must(
        peer.disk(),
        "sh",
        "-ec",
        "test -s " + SYNCED + "; echo lost >" + UNSYNCED + "; xfs_io -x -c shutdown /data");
    peer.unmount();
  }

  private static String seenLost(ContainerCluster cluster, Targets targets)
      throws NemesisException, IOException, InterruptedException {
    for (int peer : targets.peers()) {
      PeerContainers containers = cluster.containers(peer);
      if (containers.condition() != Condition.DOWN) {
        throw new NemesisException("power cut: peer " + peer + " still runs");
      }
      DockerEngine engine = cluster.engine();
      engine.start(containers.disk());
      if (!engine.run(containers.disk(), "test", "-s", SYNCED).succeeded()) {
        throw new NemesisException("power cut: a forced write of peer " + peer + " was lost");
      }
      if (engine.run(containers.disk(), "test", "-s", UNSYNCED).succeeded()) {
        throw new NemesisException("power cut: an unforced write of peer " + peer + " was kept");
      }
    }
    return "a write that was not forced is gone, one that was forced is there";
  }

  private static Made off(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets =
        Targets.draw(cluster, choices, List.of(Kind.LEADER, Kind.LEADER, Kind.ONE, Kind.MINORITY));
    DockerEngine engine = cluster.engine();
    for (int peer : targets.peers()) {
      PeerContainers containers = cluster.containers(peer);
      engine.must(containers.holder(), "iptables", "-w", "-A", ContainerLinks.POWER, "-j", "DROP");
      containers.kill();
    }
    return new Made(
        "took " + targets.describe() + " off the network and ended it without a word",
        targets.spareMajorityOf(cluster),
        () -> {
          for (int peer : targets.peers()) {
            PeerContainers containers = cluster.containers(peer);
            if (containers.condition() != Condition.DOWN) {
              throw new NemesisException("poweroff: peer " + peer + " still runs");
            }
            long dropped =
                ContainerLinks.dropped(engine, containers.holder(), ContainerLinks.POWER);
            if (dropped == 0) {
              throw new NemesisException("poweroff: peer " + peer + " was not cut off");
            }
          }
          return "its process is gone, and packets to and from it were dropped";
        },
        () -> {
          for (int peer : targets.peers()) {
            PeerContainers containers = cluster.containers(peer);
            engine.must(containers.holder(), "iptables", "-w", "-F", ContainerLinks.POWER);
            containers.start();
          }
        });
  }

  private static Made starve(ContainerCluster cluster, RandomGenerator choices) throws IOException {
    Targets targets = Targets.draw(cluster, choices, List.of(Kind.LEADER, Kind.ONE, Kind.MINORITY));
    int percent = 2 + choices.nextInt(9);
    for (int peer : targets.peers()) {
      limit(cluster, peer, CPU_PERIOD_MICROS * percent / 100);
    }
    return new Made(
        "leaves " + targets.describe() + " " + percent + " % of a processor",
        () -> {
          for (int peer : targets.peers()) {
            long times = throttled(cluster, peer);
            if (times == 0) {
              throw new NemesisException("slow-cpu: peer " + peer + " was never held back");
            }
          }
          return "the kernel held it back";
        },
        () -> {
          for (int peer : targets.peers()) {
            limit(cluster, peer, UNLIMITED);
          }
        });
  }

  private static void limit(ContainerCluster cluster, int peer, long quotaMicros)
      throws IOException {
    try {
      cluster
          .engine()
          .client()
          .updateContainerCmd(cluster.containers(peer).node())
          .withCpuPeriod(CPU_PERIOD_MICROS)
          .withCpuQuota(quotaMicros)
          .exec();
    } catch (com.github.dockerjava.api.exception.DockerException e) {
      throw DockerEngine.refused("a limit of processor time", e);
    }
  }

  /** In the container of either version of control groups. */
  private static long throttled(ContainerCluster cluster, int peer)
      throws IOException, InterruptedException {
    String stat =
        cluster
            .engine()
            .must(
                cluster.containers(peer).node(),
                "sh",
                "-c",
                "cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpu/cpu.stat");
    return stat.lines()
        .filter(line -> line.startsWith("nr_throttled "))
        .mapToLong(line -> Long.parseLong(line.substring("nr_throttled ".length()).strip()))
        .sum();
  }
}
