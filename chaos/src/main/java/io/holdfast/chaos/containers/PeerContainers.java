package io.holdfast.chaos.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * The containers of one peer: a holder that owns the network address, the packet filter and the
 * published port; the peer itself, which lives in the holder's network and comes and goes without
 * changing any of them; and, where the data lies on a loop device, a disk container that has the
 * same file system mounted.
 *
 * <p>An engine with control groups of its own making would have all peers share the processor time
 * of one process of the machine. Where that can be helped, each container competes for itself.
 */
final class PeerContainers {
  private static final String CLASS_PATH = "/opt/holdfast/holdfast-cli.jar:/opt/holdfast/lib/*";
  private static final String PLANTED = "/planted/planted.jar";

  private final DockerEngine engine;
  private final PeerPlan plan;
  private final GenericContainer<?> holder;
  private final Optional<GenericContainer<?>> disk;
  private GenericContainer<?> node;
  private byte[] formerLog = new byte[0];

  private PeerContainers(
      DockerEngine engine,
      PeerPlan plan,
      GenericContainer<?> holder,
      Optional<GenericContainer<?>> disk,
      GenericContainer<?> node) {
    this.engine = engine;
    this.plan = plan;
    this.holder = holder;
    this.disk = disk;
    this.node = node;
  }

  /** A container about which nothing is waited for, of an image that no registry knows. */
  static GenericContainer<?> idle(String image) {
    return new GenericContainer<>(image)
        .withImagePullPolicy(name -> false)
        .waitingFor(
            new AbstractWaitStrategy() {
              @Override
              protected void waitUntilReady() {
                // Readiness is an answer of the peer, asked for elsewhere.
              }
            });
  }

  /**
   * Makes volumes and containers, and starts the holder and the disk container; the peer is made
   * when it is first started.
   *
   * @param arguments of {@code holdfast server}
   */
  static PeerContainers make(
      DockerEngine engine, PeerPlan plan, ContainerSettings settings, List<String> arguments)
      throws IOException, InterruptedException {
    makeVolumes(engine.client(), plan);
    GenericContainer<?> holder =
        idle(ChaosImages.NEMESIS)
            .withCommand("sleep", "infinity")
            .withExposedPorts(PeerPlan.CLIENT_PORT)
            .withLabels(plan.labels())
            .withNetworkMode(plan.network())
            .withCreateContainerCmdModifier(
                command -> {
                  command.withHostName("peer-" + plan.peer()).withIpv4Address(plan.address());
                  command
                      .getHostConfig()
                      .withInit(true)
                      .withCapAdd(Capability.NET_ADMIN)
                      .withMounts(List.of(plan.skew(false)));
                });
    holder.start();
    engine.must(holder.getContainerId(), "sh", "-c", "echo +0 >/skew/clock");
    Optional<GenericContainer<?>> disk = Optional.empty();
    if (plan.onLoopDevice()) {
      GenericContainer<?> made =
          idle(ChaosImages.NEMESIS)
              .withCommand("sleep", "infinity")
              .withNetworkMode("none")
              .withLabels(plan.labels())
              .withCreateContainerCmdModifier(
                  command ->
                      command
                          .getHostConfig()
                          .withInit(true)
                          .withCapAdd(Capability.SYS_ADMIN)
                          .withMounts(List.of(plan.data())));
      made.start();
      requireLoopDevice(engine, made.getContainerId());
      PowerFaults.mark(engine, made.getContainerId());
      disk = Optional.of(made);
    }
    GenericContainer<?> node = node(plan, settings, arguments, holder.getContainerId());
    return new PeerContainers(engine, plan, holder, disk, node);
  }

  /** Frozen or shut down in the wrong place, the machine's own file system would go too. */
  private static void requireLoopDevice(DockerEngine engine, String disk)
      throws IOException, InterruptedException {
    String source = engine.must(disk, "findmnt", "-no", "SOURCE", "/data");
    if (!source.startsWith("/dev/loop")) {
      throw new IOException(
          "the data of a peer lies on " + source + " and not on a loop device; nothing is touched");
    }
  }

  private static void makeVolumes(DockerClient client, PeerPlan plan) throws IOException {
    try {
      Map<String, String> options =
          plan.onLoopDevice()
              ? Map.of("type", "ext4", "device", plan.device(), "o", "errors=remount-ro")
              : Map.of();
      client
          .createVolumeCmd()
          .withName(plan.dataVolume())
          .withDriver("local")
          .withDriverOpts(options)
          .withLabels(plan.labels())
          .exec();
      client.createVolumeCmd().withName(plan.skewVolume()).withLabels(plan.labels()).exec();
    } catch (DockerException e) {
      throw DockerEngine.refused("a volume", e);
    }
  }

  private static GenericContainer<?> node(
      PeerPlan plan, ContainerSettings settings, List<String> arguments, String holder) {
    GenericContainer<?> node =
        idle(ChaosImages.PEER)
            .withNetworkMode("container:" + holder)
            .withLabels(plan.labels())
            .withCommand(arguments.toArray(String[]::new))
            .withEnv(ClockFaults.environment())
            .withEnv("HOLDFAST_JAVA_OPTS", settings.jvmOptions());
    return node.withCreateContainerCmdModifier(
        command -> {
          // Readiness is asked for from outside, and not at the cost of a busy machine.
          command.withHealthcheck(new HealthCheck().withTest(List.of("NONE")));
          HostConfig host = command.getHostConfig();
          host.withMounts(List.of(plan.data(), plan.skew(true)));
          if (plan.rootCgroup()) {
            host.withCgroupParent("/");
          }
          settings
              .planted()
              .ifPresent(
                  jar -> {
                    host.withBinds(
                        new Bind(
                            jar.toAbsolutePath().toString(), new Volume(PLANTED), AccessMode.ro));
                    command.withEntrypoint(plantedEntrypoint(settings.jvmOptions()));
                  });
        });
  }

  /** As the image's own entry point, with the faulty classes before the real ones. */
  private static List<String> plantedEntrypoint(String jvmOptions) {
    List<String> command = new ArrayList<>(List.of("java", "-XX:+UseSerialGC"));
    command.addAll(List.of(jvmOptions.split(" ")));
    command.addAll(
        List.of("-Xshare:auto", "-cp", PLANTED + ":" + CLASS_PATH, "io.holdfast.cli.Main"));
    return command;
  }

  /**
   * Makes another peer at this place, with nothing of the former one but its log.
   *
   * @param arguments of {@code holdfast server}
   */
  void renew(ContainerSettings settings, List<String> arguments)
      throws IOException, InterruptedException {
    kill();
    formerLog = log();
    if (isMade()) {
      engine.remove(node());
    }
    if (disk.isPresent()) {
      engine.start(disk());
      engine.must(disk(), "sh", "-c", "rm -rf /data/peer-*");
    }
    node = node(plan, settings, arguments, holder());
  }

  PeerPlan plan() {
    return plan;
  }

  /** Id of the container that owns the network. */
  String holder() {
    return holder.getContainerId();
  }

  /** Id of the peer's container; it exists once the peer was started. */
  String node() {
    return node.getContainerId();
  }

  /** Id of the container at the peer's disk. */
  String disk() {
    return disk.orElseThrow().getContainerId();
  }

  /** Port of this machine that leads to the peer. */
  int publishedPort() {
    return holder.getMappedPort(PeerPlan.CLIENT_PORT);
  }

  /** The disk first: a peer on a file system that was shut down and is still mounted is lost. */
  void start() throws IOException {
    if (disk.isPresent()) {
      engine.start(disk());
    }
    if (isMade()) {
      engine.start(node());
    } else {
      node.start();
    }
  }

  private boolean isMade() {
    return node.getContainerId() != null;
  }

  void kill() throws IOException, InterruptedException {
    if (isMade()) {
      engine.kill(node());
    }
  }

  void stop() throws IOException, InterruptedException {
    if (isMade()) {
      engine.signal(node(), "TERM");
      engine.awaitEnd(node(), "TERM");
    }
  }

  /** Ends peer and disk container, so that the engine unmounts the file system. */
  void unmount() throws IOException, InterruptedException {
    kill();
    if (disk.isPresent()) {
      engine.kill(disk());
    }
  }

  Condition condition() {
    if (!isMade()) {
      return Condition.DOWN;
    }
    try {
      ContainerState state = engine.state(node());
      if (Boolean.TRUE.equals(state.getPaused())) {
        return Condition.PAUSED;
      }
      return Boolean.TRUE.equals(state.getRunning()) ? Condition.RUNNING : Condition.DOWN;
    } catch (IOException gone) {
      return Condition.DOWN;
    }
  }

  /** All the output so far of the peer, after that of those before it. */
  byte[] log() throws IOException, InterruptedException {
    byte[] own = isMade() ? engine.log(node()) : new byte[0];
    byte[] all = Arrays.copyOf(formerLog, formerLog.length + own.length);
    System.arraycopy(own, 0, all, formerLog.length, own.length);
    return all;
  }
}
