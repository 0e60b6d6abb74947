package io.holdfast.chaos.containers;

import io.holdfast.chaos.containers.ContainerNemesis.Made;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.NemesisException;
import io.holdfast.chaos.nemesis.Targets;
import io.holdfast.chaos.nemesis.Targets.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Faults of the network beyond cut links: lost packets, broken connections, thin or slow links. */
final class NetworkFaults {
  private static final long SEEN_MILLIS_MAX = 15_000;
  private static final String DEVICE = "eth0";

  private NetworkFaults() {}

  static List<Nemesis> all() {
    return List.of(
        new ContainerNemesis(
            "loss",
            "Loses between a tenth and a half of all packets that reach some or all peers, from"
                + " peers and clients alike.",
            cluster -> cluster.capabilities().loss(),
            NetworkFaults::lose),
        new ContainerNemesis(
            "reset",
            "Breaks every connection of one peer, again and again.",
            cluster -> Optional.empty(),
            NetworkFaults::reset),
        new ContainerNemesis(
            "slow-network",
            "Leaves some or all peers a link of 16 to 128 kbit a second.",
            cluster -> cluster.capabilities().rate(),
            NetworkFaults::slow),
        netem(
            "delay", "Delays what some peers send by 20 to 300 ms, unevenly.", NetworkFaults::late),
        netem(
            "reorder",
            "Sends some peers' packets out of their order.",
            choices -> "delay 30ms reorder 25% 50%"),
        netem("duplicate", "Doubles some peers' packets.", choices -> "duplicate 20%"),
        netem("corrupt", "Flips bits in some peers' packets.", choices -> "corrupt 2%"));
  }

  private static Targets some(ContainerCluster cluster, RandomGenerator choices) {
    return Targets.draw(cluster, choices, List.of(Kind.LEADER, Kind.ONE, Kind.MINORITY, Kind.ALL));
  }

  private static Made lose(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = some(cluster, choices);
    double share = 0.1 + 0.4 * choices.nextDouble();
    String probability = String.format(Locale.ROOT, "%.3f", share);
    for (int peer : targets.peers()) {
      cluster
          .engine()
          .must(
              cluster.containers(peer).holder(),
              "sh",
              "-c",
              "iptables -w -A "
                  + ContainerLinks.LOSS
                  + " -m statistic --mode random --probability "
                  + probability
                  + " -j DROP");
    }
    return new Made(
        "loses " + Math.round(share * 100) + " % of the packets to " + targets.describe(),
        () -> seenDropped(cluster, targets),
        () -> {
          for (int peer : targets.peers()) {
            String holder = cluster.containers(peer).holder();
            cluster.engine().must(holder, "iptables", "-w", "-F", ContainerLinks.LOSS);
          }
        });
  }

  private static String seenDropped(ContainerCluster cluster, Targets targets)
      throws NemesisException, IOException, InterruptedException {
    long deadline = System.nanoTime() + SEEN_MILLIS_MAX * 1_000_000;
    while (true) {
      long dropped = 0;
      for (int peer : targets.peers()) {
        String holder = cluster.containers(peer).holder();
        dropped += ContainerLinks.dropped(cluster.engine(), holder, ContainerLinks.LOSS);
      }
      if (dropped > 0) {
        return "the packet filter dropped " + dropped + " packets";
      }
      if (System.nanoTime() - deadline > 0) {
        throw new NemesisException("loss: no packet to " + targets.describe() + " was lost");
      }
      DockerEngine.rest();
    }
  }

  /** Kills all connections that reach the peer's network from outside, twice a second. */
  private static Made reset(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = Targets.draw(cluster, choices, List.of(Kind.LEADER, Kind.LEADER, Kind.ONE));
    String holder = cluster.containers(targets.peers().get(0)).holder();
    cluster.engine().must(holder, "sh", "-c", "touch /run/reset; : >/run/killed");
    cluster
        .engine()
        .launch(
            holder,
            "sh",
            "-c",
            "while [ -e /run/reset ]; do ss -HtnK state established >>/run/killed; sleep 0.5;"
                + " done");
    return new Made(
        "breaks all connections of " + targets.describe() + " twice a second",
        () -> {
          long deadline = System.nanoTime() + SEEN_MILLIS_MAX * 1_000_000;
          String killed = "0";
          while (killed.equals("0")) {
            if (System.nanoTime() - deadline > 0) {
              throw new NemesisException("reset: no connection was broken");
            }
            DockerEngine.rest();
            killed = cluster.engine().must(holder, "sh", "-c", "wc -l </run/killed");
          }
          return killed + " connections were broken";
        },
        () -> cluster.engine().must(holder, "rm", "-f", "/run/reset"));
  }

  private static Made slow(ContainerCluster cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    int kilobits = 16 << choices.nextInt(4);
    return shape(
        cluster,
        some(cluster, choices),
        "tbf rate " + kilobits + "kbit burst 1600 latency 400ms",
        "leaves %s a link of " + kilobits + " kbit/s");
  }

  private static Nemesis netem(
      String name, String description, Function<RandomGenerator, String> parameters) {
    return new ContainerNemesis(
        name,
        description,
        cluster -> cluster.capabilities().delay(),
        (cluster, choices) -> {
          String how = parameters.apply(choices);
          return shape(
              cluster, some(cluster, choices), "netem " + how, "treats what %s sends: " + how);
        });
  }

  private static String late(RandomGenerator choices) {
    int millis = 20 + choices.nextInt(280);
    return "delay " + millis + "ms " + millis / 3 + "ms distribution normal";
  }

  private static Made shape(
      ContainerCluster cluster, Targets targets, String qdisc, String sentence)
      throws IOException, InterruptedException {
    for (int peer : targets.peers()) {
      List<String> command = new ArrayList<>(List.of("tc", "qdisc", "replace", "dev", DEVICE));
      command.add("root");
      command.addAll(List.of(qdisc.split(" ")));
      cluster.engine().must(cluster.containers(peer).holder(), command.toArray(String[]::new));
    }
    return new Made(
        String.format(Locale.ROOT, sentence, targets.describe()),
        () -> seenShaped(cluster, targets, qdisc.substring(0, qdisc.indexOf(' '))),
        () -> {
          for (int peer : targets.peers()) {
            cluster
                .engine()
                .run(
                    cluster.containers(peer).holder(), "tc", "qdisc", "del", "dev", DEVICE, "root");
          }
        });
  }

  private static String seenShaped(ContainerCluster cluster, Targets targets, String kind)
      throws NemesisException, IOException, InterruptedException {
    List<String> seen = new ArrayList<>();
    for (int peer : targets.peers()) {
      String shown =
          cluster
              .engine()
              .must(
                  cluster.containers(peer).holder(),
                  "tc",
                  "-s",
                  "qdisc",
                  "show",
                  "dev",
                  DEVICE,
                  "root");
      String sent =
          shown
              .lines()
              .map(String::strip)
              .filter(line -> line.startsWith("Sent "))
              .findFirst()
              .orElse("Sent 0 ");
      if (!shown.contains("qdisc " + kind) || sent.startsWith("Sent 0 ")) {
        throw new NemesisException("peer " + peer + "'s link is not shaped: " + shown);
      }
      seen.add("peer " + peer + " " + sent);
    }
    return seen.stream().collect(Collectors.joining("; ")) + " through " + kind;
  }
}
