package io.holdfast.chaos.containers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this machine allows, found out by trying. Each says why it is not allowed, or is empty.
 *
 * @param delay delaying, doubling and reordering of packets: the kernel's netem
 * @param rate slowing a link down: the kernel's token bucket filter
 * @param loss losing packets by chance: the packet filter's statistic module
 * @param clock moving the wall clock of a peer without moving its timers
 */
record Capabilities(
    Optional<String> delay, Optional<String> rate, Optional<String> loss, Optional<String> clock) {
  private static final Optional<String> NOT_PROBED = Optional.of("the cluster was not started");

  /** Of a cluster that was not started. */
  static final Capabilities NONE = new Capabilities(NOT_PROBED, NOT_PROBED, NOT_PROBED, NOT_PROBED);

  static Capabilities probe(DockerEngine engine, PeerContainers peer)
      throws IOException, InterruptedException {
    return new Capabilities(
        qdisc(engine, peer, "netem delay 1ms"),
        qdisc(engine, peer, "tbf rate 1gbit burst 1mb latency 1s"),
        whyNot(
            engine,
            peer,
            "iptables -w -A CHAOS-LOSS -m statistic --mode random --probability 0.5 -j RETURN"
                + " && iptables -w -F CHAOS-LOSS"),
        ClockFaults.selfCheck(engine, peer));
  }

  private static Optional<String> qdisc(DockerEngine engine, PeerContainers peer, String what)
      throws IOException, InterruptedException {
    return whyNot(
        engine, peer, "tc qdisc add dev lo root " + what + " && tc qdisc del dev lo root");
  }

  private static Optional<String> whyNot(DockerEngine engine, PeerContainers peer, String command)
      throws IOException, InterruptedException {
    DockerEngine.Output tried = engine.run(peer.holder(), "sh", "-c", command);
    return tried.succeeded()
        ? Optional.empty()
        : Optional.of("this machine's kernel does not allow it: " + oneLine(tried.output()));
  }

  private static String oneLine(String text) {
    return String.join(" ", text.lines().map(String::strip).toList());
  }

  /** For the report. */
  String describe() {
    List<String> words = new ArrayList<>();
    add(words, "packet delay", delay);
    add(words, "slow links", rate);
    add(words, "packet loss", loss);
    add(words, "clock faults", clock);
    return String.join("; ", words);
  }

  private static void add(List<String> words, String what, Optional<String> whyNot) {
    words.add(what + ": " + whyNot.orElse("yes"));
  }
}
