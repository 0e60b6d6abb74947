package io.holdfast.chaos.processes;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.Links;
import io.holdfast.chaos.cluster.PeerProbe;
import io.holdfast.cli.cluster.ClusterPlan;
import io.holdfast.cli.cluster.ClusterPlan.PeerPlan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Peers as processes of this machine, in a folder that is removed at the end. */
public final class ProcessCluster implements ClusterUnderTest {
  private static final long STOP_MILLIS_MAX = 15_000;
  private static final long PROBE_MILLIS = 50;
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:TieredStopAtLevel=1",
          "-Xmx256m");

  private final ClusterPlan plan;

  /** Who has lived at each place, the present peer last. */
  private final Map<Integer, List<PeerPlan>> tenants = new ConcurrentHashMap<>();

  private final Optional<Path> planted;
  private final Map<Integer, LocalPeer> lives = new ConcurrentHashMap<>();
  private final CutLinks links = new CutLinks();
  private boolean closed;

  private ProcessCluster(ClusterPlan plan, Optional<Path> planted) {
    this.plan = plan;
    this.planted = planted;
    plan.peers().forEach(peer -> tenants.put(peer.id(), List.of(peer)));
  }

  /**
   * A cluster that does not run yet.
   *
   * @param peers 1 or more
   * @param folder for the peers' files; made if missing, removed by {@link #close}
   * @param settings further configuration, as {@code key = value} lines
   * @param planted classes that stand before the real ones
   */
  public static ProcessCluster plan(
      int peers, Path folder, List<String> settings, Optional<Path> planted) throws IOException {
    Files.createDirectories(folder);
    return new ProcessCluster(
        ClusterPlan.onFreePorts("chaos", folder, peers).with(settings), planted);
  }

  @Override
  public String kind() {
    return "processes";
  }

  @Override
  public List<Integer> peers() {
    return plan.peers().stream().map(PeerPlan::id).toList();
  }

  @Override
  public String clientAddress(int peer) {
    return plan.peer(peer).clientAddress();
  }

  @Override
  public String peerAddress(int peer) {
    return "127.0.0.1:" + plan.peer(peer).peerPort();
  }

  @Override
  public int memberId(int peer) {
    return tenant(peer).id();
  }

  private PeerPlan tenant(int peer) {
    List<PeerPlan> all = tenants.getOrDefault(peer, List.of());
    return all.get(all.size() - 1);
  }

  @Override
  public void renew(int peer) {
    int fresh = tenants.values().stream().mapToInt(List::size).sum() + 1;
    PeerPlan place = plan.peer(peer);
    Path folder = plan.directory().resolve("peer-" + fresh);
    List<PeerPlan> all = new ArrayList<>(tenants.getOrDefault(peer, List.of()));
    all.add(new PeerPlan(fresh, place.peerPort(), place.clientPort(), folder));
    tenants.put(peer, List.copyOf(all));
  }

  /** A newcomer names the members of today, and waits until they take it in. */
  private String configurationOf(PeerPlan tenant) {
    boolean founder = plan.peers().contains(tenant);
    List<PeerPlan> today = peers().stream().map(this::tenant).toList();
    ClusterPlan now = new ClusterPlan(plan.clusterId(), plan.directory(), today, plan.settings());
    return (founder ? plan : now.with(List.of("cluster.join = true"))).configurationOf(tenant);
  }

  @Override
  public void startAll(Duration patience) throws IOException, InterruptedException {
    for (int peer : peers()) {
      start(peer);
    }
    long deadline = System.nanoTime() + patience.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    for (int peer : peers()) {
      while (!PeerProbe.isReady(clientAddress(peer))) {
        LocalPeer life = lives.get(peer);
        if (life == null || !life.isAlive() || System.nanoTime() - deadline > 0) {
          String tail = life == null ? "" : life.logTail();
          throw new IOException("peer " + peer + " does not serve" + tail);
        }
        if (never.await(PROBE_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("a latch nobody counts down has opened");
        }
      }
    }
  }

  @Override
  public void start(int peer) throws IOException, InterruptedException {
    synchronized (this) {
      if (closed) {
        throw new IOException("the cluster is closed");
      }
      if (condition(peer) != Condition.DOWN) {
        return;
      }
      PeerPlan place = tenant(peer);
      lives.put(peer, LocalPeer.start(place, configurationOf(place), JVM_OPTIONS, planted));
    }
    links.restore(peer);
  }

  @Override
  public void kill(int peer) throws InterruptedException {
    LocalPeer life = lives.get(peer);
    if (life != null) {
      life.kill();
    }
  }

  @Override
  public void pause(int peer) throws IOException, InterruptedException {
    signal(peer, "STOP");
  }

  @Override
  public void resume(int peer) throws IOException, InterruptedException {
    signal(peer, "CONT");
  }

  private void signal(int peer, String name) throws IOException, InterruptedException {
    LocalPeer life = lives.get(peer);
    if (life != null && life.isAlive()) {
      life.signal(name);
    }
  }

  @Override
  public void stop(int peer) throws InterruptedException {
    LocalPeer life = lives.get(peer);
    if (life != null && !life.stop(STOP_MILLIS_MAX)) {
      life.kill();
    }
  }

  @Override
  public Condition condition(int peer) {
    LocalPeer life = lives.get(peer);
    return life == null ? Condition.DOWN : life.condition();
  }

  @Override
  public Links links() {
    return links;
  }

  @Override
  public void collect(Path folder) throws IOException {
    for (int peer : peers()) {
      Path target = Files.createDirectories(folder.resolve("peer-" + peer));
      try (OutputStream log = Files.newOutputStream(target.resolve("peer.log"))) {
        for (PeerPlan tenant : tenants.getOrDefault(peer, List.of())) {
          if (Files.exists(tenant.logFile())) {
            Files.copy(tenant.logFile(), log);
          }
        }
      }
      Path configuration = tenant(peer).configurationFile();
      if (Files.exists(configuration)) {
        Path copy = target.resolve(configuration.getFileName());
        Files.copy(configuration, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Override
  public List<Fact> facts() {
    return List.of(
        new Fact("peer JVM", System.getProperty("java.vm.version")),
        new Fact("peer JVM options", String.join(" ", JVM_OPTIONS)));
  }

  /** Ends the processes whatever their state and removes their files. Safe to call twice. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    List<LocalPeer> alive = lives.values().stream().filter(LocalPeer::isAlive).toList();
    try {
      for (LocalPeer life : alive) {
        // A stopped process takes no SIGTERM before it goes on.
        life.signal("CONT");
        life.requestStop();
      }
      for (LocalPeer life : alive) {
        if (!life.stop(STOP_MILLIS_MAX)) {
          life.kill();
        }
      }
      remove(plan.directory());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Both ends of a link lose its messages, so that neither side's buffers leak any. */
  private final class CutLinks implements Links {
    private final Set<Link> cuts = ConcurrentHashMap.newKeySet();

    @Override
    public Optional<String> unsupportedWhy() {
      return Optional.empty();
    }

    @Override
    public void cut(Set<Link> oneWay) throws IOException, InterruptedException {
      cuts.addAll(oneWay);
      applyToAll();
    }

    @Override
    public void heal() throws IOException, InterruptedException {
      cuts.clear();
      applyToAll();
    }

    private void applyToAll() throws IOException, InterruptedException {
      List<IOException> failures = new ArrayList<>();
      for (int peer : peers()) {
        if (condition(peer) == Condition.RUNNING) {
          try {
            apply(peer);
          } catch (IOException e) {
            failures.add(e);
          }
        }
      }
      if (!failures.isEmpty()) {
        throw failures.get(0);
      }
    }

    private void apply(int peer) throws IOException, InterruptedException {
      Set<Integer> in = new HashSet<>();
      Set<Integer> out = new HashSet<>();
      cuts.stream().filter(it -> it.to() == peer).forEach(it -> in.add(memberId(it.from())));
      cuts.stream().filter(it -> it.from() == peer).forEach(it -> out.add(memberId(it.to())));
      LocalPeer life = lives.get(peer);
      if (life != null && life.isAlive()) {
        life.cut(in, out);
      }
    }

    /** A peer that starts during a partition is a part of it. */
    private void restore(int peer) throws IOException, InterruptedException {
      if (!cuts.isEmpty()) {
        apply(peer);
      }
    }

    @Override
    public long lost(int peer) throws IOException, InterruptedException {
      LocalPeer life = lives.get(peer);
      return life != null && life.condition() == Condition.RUNNING ? life.lost() : -1;
    }
  }
}
