package io.holdfast.chaos.containers;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Network.Ipam;
import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.Links;
import io.holdfast.chaos.cluster.PeerProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * A cluster in Docker containers. Addresses are fixed and belong to containers that no fault ends,
 * so that a peer comes back where it was and what the packet filter does to it stays done.
 */
final class ContainerCluster implements ClusterUnderTest {
  private static final int SUBNET_TRIES = 20;
  private static final int FIRST_HOST = 10;

  private final DockerEngine engine;
  private final ContainerSettings settings;
  private final String run;
  private final Map<Integer, PeerContainers> containers = new TreeMap<>();

  /** The numbers under which the cluster knows the peers at the places. */
  private final Map<Integer, Integer> members = new ConcurrentSkipListMap<>();

  private final List<Fact> facts = new ArrayList<>();
  private Optional<LoopDisks> disks = Optional.empty();
  private String noLoopDisksWhy = "";
  private Capabilities capabilities = Capabilities.NONE;
  private boolean closed;

  private ContainerCluster(DockerEngine engine, ContainerSettings settings, String run) {
    this.engine = engine;
    this.settings = settings;
    this.run = run;
  }

  /** Makes everything but the peers themselves; whatever goes wrong, nothing of it stays. */
  static ContainerCluster make(ContainerSettings settings)
      throws IOException, InterruptedException {
    DockerEngine engine = DockerEngine.connect();
    Labels.sweepOrphans(engine);
    ChaosImages.ensureBuilt();
    String run =
        "holdfast-chaos-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    ContainerCluster cluster = new ContainerCluster(engine, settings, run);
    boolean made = false;
    try {
      cluster.assemble();
      made = true;
      return cluster;
    } finally {
      if (!made) {
        cluster.close();
      }
    }
  }

  private void assemble() throws IOException, InterruptedException {
    Map<String, String> labels = Labels.of(run);
    String prefix = makeNetwork(labels);
    LoopDisks.Attempt attempt = LoopDisks.make(engine, run, labels, settings.peers());
    disks = attempt.disks();
    noLoopDisksWhy = attempt.whyNot();
    Info info = engine.client().infoCmd().exec();
    // Only an engine that makes control groups by itself takes the root for a parent.
    boolean rootCgroup = "cgroupfs".equals(info.getRawValues().get("CgroupDriver"));
    for (int peer = 1; peer <= settings.peers(); peer++) {
      members.put(peer, peer);
    }
    for (int peer = 1; peer <= settings.peers(); peer++) {
      int number = peer;
      PeerPlan plan =
          new PeerPlan(
              peer,
              run,
              run,
              address(peer, prefix),
              labels,
              disks.map(made -> made.device(number)).orElse(""),
              rootCgroup);
      PeerContainers made = PeerContainers.make(engine, plan, settings, arguments(peer, prefix));
      containers.put(peer, made);
      ContainerLinks.prepare(engine, made.holder());
    }
    facts.add(new Fact("Docker Engine", info.getServerVersion() + ", " + info.getKernelVersion()));
    facts.add(new Fact("Image", ChaosImages.PEER + " " + imageId()));
    facts.add(new Fact("Peers' JVM options", settings.jvmOptions()));
    facts.add(
        new Fact(
            "Peers' data",
            disks.isPresent() ? "ext4 on loop devices" : "plain volumes: " + noLoopDisksWhy));
    settings
        .planted()
        .ifPresent(jar -> facts.add(new Fact("Planted fault", String.valueOf(jar.getFileName()))));
  }

  private String imageId() {
    return engine.client().inspectImageCmd(ChaosImages.PEER).exec().getId();
  }

  private List<String> arguments(int peer, String prefix) {
    int member = memberId(peer);
    boolean founder = member <= settings.peers();
    Map<String, String> keys = new TreeMap<>(settings.configuration());
    keys.put("cluster.id", "chaos");
    keys.put(
        "cluster.peers",
        members.keySet().stream()
            .map(
                place ->
                    memberId(place)
                        + "="
                        + address(place, prefix)
                        + ":"
                        + PeerPlan.PEER_PORT
                        + ":"
                        + PeerPlan.CLIENT_PORT)
            .collect(Collectors.joining(",")));
    keys.put("peer.id", Integer.toString(member));
    // The top of a file system of its own holds lost+found; a peer wants its folder to itself.
    keys.put("data.dir", "/data/peer-" + member);
    if (!founder) {
      keys.put("cluster.join", "true");
    }
    List<String> arguments = new ArrayList<>(List.of("server"));
    keys.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return arguments;
  }

  private static String address(int peer, String prefix) {
    return prefix + (FIRST_HOST + peer);
  }

  /**
   * Addresses can be fixed only in a network whose range was chosen; others may have it already.
   */
  private String makeNetwork(Map<String, String> labels) throws IOException {
    DockerException last = null;
    for (int tries = 0; tries < SUBNET_TRIES; tries++) {
      String prefix =
          String.format(Locale.ROOT, "10.213.%d.", ThreadLocalRandom.current().nextInt(256));
      try {
        engine
            .client()
            .createNetworkCmd()
            .withName(run)
            .withDriver("bridge")
            .withLabels(labels)
            .withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(prefix + "0/24")))
            .exec();
        return prefix;
      } catch (DockerException taken) {
        last = taken;
      }
    }
    throw new IOException("no network could be made in 10.213.0.0/16", last);
  }

  DockerEngine engine() {
    return engine;
  }

  PeerContainers containers(int peer) {
    PeerContainers found = containers.get(peer);
    if (found == null) {
      throw new IllegalArgumentException("there is no peer " + peer);
    }
    return found;
  }

  /** What the harness set this configuration key of the peers to. */
  String configured(String key) {
    return settings.configuration().getOrDefault(key, "0");
  }

  /** Why nothing can be done to the disks; empty when it can. */
  Optional<String> noLoopDisksWhy() {
    return disks.isPresent() ? Optional.empty() : Optional.of(noLoopDisksWhy);
  }

  /** What this machine's kernel allows; probed once. */
  Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public String kind() {
    return "containers";
  }

  @Override
  public List<Integer> peers() {
    return List.copyOf(containers.keySet());
  }

  /** Elsewhere than on Linux the addresses of containers lie in a virtual machine. */
  @Override
  public String clientAddress(int peer) {
    PeerContainers of = containers(peer);
    return System.getProperty("os.name").equals("Linux")
        ? of.plan().address() + ":" + PeerPlan.CLIENT_PORT
        : "localhost:" + of.publishedPort();
  }

  @Override
  public String peerAddress(int peer) {
    return containers(peer).plan().address() + ":" + PeerPlan.PEER_PORT;
  }

  @Override
  public int memberId(int peer) {
    return members.getOrDefault(peer, peer);
  }

  @Override
  public void renew(int peer) throws IOException, InterruptedException {
    members.put(peer, Collections.max(members.values()) + 1);
    String address = containers(peer).plan().address();
    String prefix = address.substring(0, address.lastIndexOf('.') + 1);
    containers(peer).renew(settings, arguments(peer, prefix));
  }

  @Override
  public void startAll(Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (PeerContainers peer : containers.values()) {
      peer.start();
    }
    for (int peer : peers()) {
      while (!PeerProbe.isReady(clientAddress(peer))) {
        if (System.nanoTime() - deadline > 0 || condition(peer) == Condition.DOWN) {
          throw new IOException(
              "peer "
                  + peer
                  + " does not serve "
                  + patience.toSeconds()
                  + " s after its start; the end of its log:\n"
                  + tail(containers(peer).log()));
        }
        DockerEngine.rest();
      }
    }
    capabilities = Capabilities.probe(engine, containers(1));
    facts.add(new Fact("Kernel", capabilities.describe()));
  }

  private static String tail(byte[] log) {
    List<String> lines = new String(log, StandardCharsets.UTF_8).lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }

  @Override
  public void start(int peer) throws IOException {
    containers(peer).start();
  }

  @Override
  public void kill(int peer) throws IOException, InterruptedException {
    containers(peer).kill();
  }

  @Override
  public void pause(int peer) throws IOException {
    engine.freeze(containers(peer).node());
  }

  @Override
  public void resume(int peer) throws IOException {
    engine.thaw(containers(peer).node());
  }

  @Override
  public void stop(int peer) throws IOException, InterruptedException {
    containers(peer).stop();
  }

  @Override
  public Condition condition(int peer) {
    return containers(peer).condition();
  }

  @Override
  public Links links() {
    return new ContainerLinks(engine, containers);
  }

  @Override
  public void collect(Path folder) throws IOException, InterruptedException {
    for (PeerContainers peer : containers.values()) {
      Path own = Files.createDirectories(folder.resolve("peer-" + peer.plan().peer()));
      Files.write(own.resolve("peer.log"), peer.log());
      Files.writeString(
          own.resolve("network.txt"),
          engine.run(peer.holder(), "sh", "-c", "iptables -nvxL; tc -s qdisc").output() + "\n");
    }
  }

  @Override
  public List<Fact> facts() {
    return List.copyOf(facts);
  }

  /** The sweep finds by label whatever was made, also by a start that was interrupted. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    Thread.interrupted();
    for (PeerContainers peer : containers.values()) {
      try {
        if (disks.isPresent()) {
          engine.run(peer.disk(), "fsfreeze", "-u", "/data");
        }
      } catch (IOException | InterruptedException gone) {
        // A file system that is not frozen or not there needs no thawing.
      }
    }
    Labels.sweep(engine, run);
  }
}
