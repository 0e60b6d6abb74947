package io.holdfast.chaos.containers;

import io.holdfast.chaos.cluster.Links;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Cuts by the packet filter of the receiving peer's network, which outlives the peer's process.
 * Each kind of fault has a chain of its own there, so that healing one leaves the others.
 */
final class ContainerLinks implements Links {
  /** Chain of the cuts between peers. */
  static final String CUTS = "CHAOS-CUT";

  /** Chain of what is lost by chance. */
  static final String LOSS = "CHAOS-LOSS";

  /** Chain of a machine without power: nothing in, nothing out. */
  static final String POWER = "CHAOS-POWER";

  private final DockerEngine engine;
  private final Map<Integer, PeerContainers> containers;

  ContainerLinks(DockerEngine engine, Map<Integer, PeerContainers> containers) {
    this.engine = engine;
    this.containers = containers;
  }

  /** Makes the chains in a peer's network. */
  static void prepare(DockerEngine engine, String holder) throws IOException, InterruptedException {
    List<String> commands = new ArrayList<>();
    for (String chain : List.of(CUTS, LOSS, POWER)) {
      commands.add("iptables -w -N " + chain);
      commands.add("iptables -w -A INPUT ! -i lo -j " + chain);
    }
    commands.add("iptables -w -A OUTPUT ! -o lo -j " + POWER);
    engine.must(holder, "sh", "-ec", String.join("\n", commands));
  }

  @Override
  public Optional<String> unsupportedWhy() {
    return Optional.empty();
  }

  @Override
  public void cut(Set<Link> oneWay) throws IOException, InterruptedException {
    Map<Integer, List<String>> commands = new TreeMap<>();
    for (Link link : oneWay) {
      String source = containers.get(link.from()).plan().address();
      commands
          .computeIfAbsent(link.to(), peer -> new ArrayList<>())
          .add("iptables -w -A " + CUTS + " -s " + source + " -j DROP");
    }
    for (Map.Entry<Integer, List<String>> at : commands.entrySet()) {
      String holder = containers.get(at.getKey()).holder();
      engine.must(holder, "sh", "-ec", String.join("\n", at.getValue()));
    }
  }

  @Override
  public void heal() throws IOException, InterruptedException {
    for (PeerContainers peer : containers.values()) {
      engine.must(peer.holder(), "iptables", "-w", "-F", CUTS);
    }
  }

  @Override
  public long lost(int peer) throws IOException, InterruptedException {
    return dropped(engine, containers.get(peer).holder(), CUTS);
  }

  /** Packets that the rules of a chain have dropped since they were made. */
  static long dropped(DockerEngine engine, String holder, String chain)
      throws IOException, InterruptedException {
    long packets = 0;
    for (String line :
        engine.must(holder, "iptables", "-w", "-nvxL", chain).lines().skip(2).toList()) {
      String[] words = line.strip().split("\\s+", -1);
      if (words.length > 2 && words[2].equals("DROP")) {
        packets += Long.parseLong(words[0]);
      }
    }
    return packets;
  }
}
