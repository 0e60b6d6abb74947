package io.holdfast.cli;

import io.holdfast.cli.cluster.ClusterPlan;
import io.holdfast.cli.cluster.LocalCluster;
import io.holdfast.cli.cluster.PeerProcess;
import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.Lease;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast demo}: what Holdfast promises, shown on real processes in a minute. */
@Command(
    name = "demo",
    description = "Show on three real peers that a lease survives crashes; takes some seconds.",
    footer = {
      "",
      "Starts three peers on free ports, kills the leader, hands a lock over, kills all three and",
      "starts them again. Leaves nothing running and nothing on disk.",
      "",
      "Exit codes: 0 every step held, 1 one did not (the reason is printed)."
    })
final class DemoCommand implements Callable<Integer> {
  private static final String LOCK = "demo/report";
  private static final int PEERS = 3;

  /** Long enough that a restart of the whole cluster fits into a lease, on a slow machine too. */
  private static final Duration SESSION_TTL = Duration.ofSeconds(40);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Keep configuration, data and logs in this new folder (default: remove them).")
  private @Nullable Path directory;

  private PrintWriter out;
  private long startedNanos;
  private int step;

  @Override
  public Integer call() throws IOException, InterruptedException {
    out = spec.commandLine().getOut();
    startedNanos = System.nanoTime();
    Path folder =
        directory == null
            ? Files.createTempDirectory("holdfast-demo")
            : Files.createDirectories(directory.toAbsolutePath());
    ClusterPlan plan = ClusterPlan.onFreePorts("demo", folder, PEERS);
    LocalCluster cluster = new LocalCluster(plan, List.of());
    Thread onExit = new Thread(() -> cleanUp(cluster, folder), "clean-up");
    Runtime.getRuntime().addShutdownHook(onExit);
    try {
      show(cluster);
      say("All of it held. Everything is stopped" + (directory == null ? " and removed." : "."));
      return ExitCodes.OK;
    } catch (DemoFailure | HoldfastException | IllegalStateException e) {
      say("FAILED: " + e.getMessage());
      return ExitCodes.REFUSED;
    } finally {
      cleanUp(cluster, folder);
    }
  }

  private void show(LocalCluster cluster) throws IOException, InterruptedException {
    long began = begin("start three peers: our Raft over JGroups, MapDB on disk");
    cluster.startAll();
    cluster.awaitReady(PATIENCE);
    done(began, "they serve at " + String.join(", ", cluster.plan().clientAddresses()));

    try (HoldfastClient alice = client(cluster, "alice");
        HoldfastClient bob = client(cluster, "bob")) {
      began = begin("alice takes the lock " + LOCK);
      Lease first = alice.lock(LOCK).acquire(PATIENCE);
      done(began, "granted with fencing token " + first.token());

      began = begin("bob asks for the same lock and queues");
      CompletableFuture<Lease> bobsTurn = bob.lock(LOCK).acquireAsync();
      awaitQueued(alice, bobsTurn);
      done(began, "one holder, one waiter; bob polls nothing");

      began = begin("kill -9 the leader");
      killLeader(cluster, alice);
      require(alice.check(LOCK, first.token()), "alice's token is no longer current");
      require(first.isValid(), "alice's client believes the lease is lost");
      done(began, "a new leader answers: token " + first.token() + " still holds the lock");

      began = begin("alice releases");
      first.release();
      Lease second = get(bobsTurn);
      require(
          second.token() == first.token() + 1,
          "the next token is " + second.token() + ", not " + (first.token() + 1));
      done(began, "the lock went to bob with the next token, " + second.token());

      began = begin("kill -9 all three peers, then start them on the same data");
      cluster.killAll();
      cluster.startAll();
      cluster.awaitReady(PATIENCE);
      require(bob.check(LOCK, second.token()), "bob's token did not survive the restart");
      require(!bob.check(LOCK, first.token()), "alice's old token came back");
      require(second.isValid(), "bob's client believes the lease is lost");
      done(began, "the state is there: bob holds token " + second.token());

      began = begin("bob releases and takes the lock once more");
      second.release();
      Lease third = bob.lock(LOCK).acquire(PATIENCE);
      require(
          third.token() == second.token() + 1,
          "the next token is " + third.token() + ", not " + (second.token() + 1));
      third.release();
      done(began, "token " + third.token() + ": tokens grow by one, across every crash");
    }
    began = begin("stop the peers");
    cluster.close();
    require(cluster.alive().isEmpty(), "a peer is still running");
    done(began, "stopped cleanly");
  }

  private static HoldfastClient client(LocalCluster cluster, String name) {
    return HoldfastClient.builder()
        .endpoints(cluster.plan().clientAddresses().toArray(new String[0]))
        .sessionTtl(SESSION_TTL)
        .requestTimeout(PATIENCE)
        .ownerName(name)
        .listener(new ClientListener() {})
        .build();
  }

  private static void awaitQueued(HoldfastClient client, CompletableFuture<Lease> turn)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (client.reads().lock(LOCK).waiting() == 0) {
      require(!turn.isDone(), "the lock was granted twice");
      require(System.nanoTime() - deadline < 0, "the second request did not queue");
    }
  }

  private static void killLeader(LocalCluster cluster, HoldfastClient client)
      throws InterruptedException {
    String leader =
        Optional.ofNullable(client.reads().cluster().leader())
            .orElseThrow(() -> new DemoFailure("the cluster has no leader"))
            .clientAddress();
    PeerProcess process =
        cluster.alive().stream()
            .filter(peer -> peer.plan().clientAddress().equals(leader))
            .findFirst()
            .orElseThrow(() -> new DemoFailure("no peer serves at the leader's address " + leader));
    process.kill();
  }

  private static Lease get(CompletableFuture<Lease> turn) throws InterruptedException {
    try {
      return turn.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new DemoFailure("bob's request failed: " + e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new DemoFailure("bob was not granted the lock that alice released");
    }
  }

  private static void require(boolean held, String otherwise) {
    if (!held) {
      throw new DemoFailure(otherwise);
    }
  }

  private long begin(String what) {
    step++;
    say(step + ". " + what);
    return System.nanoTime();
  }

  private void done(long beganNanos, String result) {
    say("   " + result + " (" + (System.nanoTime() - beganNanos) / 1_000_000 + " ms)");
  }

  private void say(String line) {
    out.printf("[%5.1f s] %s%n", (System.nanoTime() - startedNanos) / 1e9, line);
    out.flush();
  }

  private synchronized void cleanUp(LocalCluster cluster, Path folder) {
    cluster.close();
    if (directory != null || !Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      spec.commandLine().getErr().println("holdfast: " + folder + " could not be removed: " + e);
    }
  }

  /** A step that did not hold. */
  private static final class DemoFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private DemoFailure(String message) {
      super(message);
    }
  }
}
