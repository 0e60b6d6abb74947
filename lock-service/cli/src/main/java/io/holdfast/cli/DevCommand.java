package io.holdfast.cli;

import io.holdfast.cli.cluster.ClusterPlan;
import io.holdfast.cli.cluster.ClusterPlan.PeerPlan;
import io.holdfast.cli.cluster.LocalCluster;
import io.holdfast.cli.cluster.PeerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast dev}: a cluster of real peer processes on this machine. */
@Command(
    name = "dev",
    description = "Run a local cluster of real peer processes until Ctrl-C.",
    footer = {
      "",
      "The data stays in the folder: the next 'holdfast dev' goes on where this one stopped.",
      "A peer that dies (try 'kill -9') is started again after --restart-after.",
      "",
      "Example:",
      "  holdfast dev --peers 3 --dir ./holdfast-data"
    })
final class DevCommand implements Callable<Integer> {
  private static final String CLUSTER_ID = "dev";
  private static final Duration READY_PATIENCE = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;

  @Option(
      names = "--peers",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many peers: 1, 3 or 5 (default: ${DEFAULT-VALUE}).")
  private int peers;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "holdfast-data",
      description = "Where configuration, data and logs go (default: ./${DEFAULT-VALUE}).")
  private Path directory;

  @Option(
      names = "--client-port",
      paramLabel = "PORT",
      defaultValue = "7070",
      description = "Port of peer 1 for clients; the others follow (default: ${DEFAULT-VALUE}).")
  private int clientPort;

  @Option(
      names = "--peer-port",
      paramLabel = "PORT",
      defaultValue = "7800",
      description =
          "Port of peer 1 for the other peers; the others follow (default: ${DEFAULT-VALUE}).")
  private int peerPort;

  @Option(
      names = "--restart-after",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description =
          "Start a peer that died again after so many seconds; negative: never (default:"
              + " ${DEFAULT-VALUE}).")
  private int restartAfterSeconds;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A configuration key for every peer; may be repeated (docs/configuration.md).")
  private List<String> settings = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (peers != 1 && peers != 3 && peers != 5) {
      throw usage("--peers must be 1, 3 or 5, so that a majority is well defined; it is " + peers);
    }
    ClusterPlan plan =
        ClusterPlan.consecutive(
                CLUSTER_ID, directory.toAbsolutePath().normalize(), peers, peerPort, clientPort)
            .with(settings.stream().map(setting -> setting.replaceFirst("=", " = ")).toList());
    refuseOtherAddresses(plan);
    List<Integer> taken = plan.takenPorts();
    if (!taken.isEmpty()) {
      throw usage(
          "these ports are in use, perhaps by another 'holdfast dev': "
              + taken
              + ". Stop it, or choose others with --client-port and --peer-port");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (LocalCluster cluster = new LocalCluster(plan, List.of())) {
      CountDownLatch stopping = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster, stopping, out)));
      long started = System.nanoTime();
      out.printf("Starting %d peers, data in %s%n", peers, plan.directory());
      out.flush();
      cluster.startAll();
      cluster.awaitReady(READY_PATIENCE);
      printAddresses(out, cluster, System.nanoTime() - started);
      supervise(cluster, stopping, out);
    }
    return ExitCodes.OK;
  }

  private void supervise(LocalCluster cluster, CountDownLatch stopping, PrintWriter out)
      throws InterruptedException {
    List<Thread> watchers =
        cluster.plan().peers().stream()
            .map(
                peer -> {
                  Thread watcher =
                      new Thread(
                          () -> keepRunning(cluster, peer, stopping, out), "peer-" + peer.id());
                  watcher.setDaemon(true);
                  watcher.start();
                  return watcher;
                })
            .toList();
    for (Thread watcher : watchers) {
      watcher.join();
    }
  }

  private void keepRunning(
      LocalCluster cluster, PeerPlan peer, CountDownLatch stopping, PrintWriter out) {
    try {
      while (true) {
        PeerProcess process = cluster.peer(peer.id()).orElse(null);
        int exitCode = process == null ? -1 : process.awaitEnd();
        if (restartAfterSeconds < 0) {
          out.printf("peer %d ended with exit code %d%n", peer.id(), exitCode);
          out.flush();
          return;
        }
        if (stopping.await(restartAfterSeconds, TimeUnit.SECONDS)) {
          return;
        }
        PeerProcess again = cluster.start(peer.id());
        out.printf(
            "peer %d ended with exit code %d; started again as pid %d%n",
            peer.id(), exitCode, again.pid());
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | IllegalStateException e) {
      if (stopping.getCount() > 0) {
        out.printf("peer %d cannot be started again: %s%n", peer.id(), e.getMessage());
        out.flush();
      }
    }
  }

  private static void stop(LocalCluster cluster, CountDownLatch stopping, PrintWriter out) {
    stopping.countDown();
    if (!cluster.alive().isEmpty()) {
      out.println("Stopping the peers");
      out.flush();
    }
    cluster.close();
    out.println("Stopped. The data is kept in " + cluster.plan().directory());
    out.flush();
  }

  private static void printAddresses(PrintWriter out, LocalCluster cluster, long tookNanos) {
    out.printf("Ready after %.1f s:%n", tookNanos / 1e9);
    for (PeerProcess peer : cluster.alive()) {
      out.printf(
          "  peer %d  http://%s  pid %d  log %s%n",
          peer.plan().id(), peer.plan().clientAddress(), peer.pid(), peer.plan().logFile());
    }
    String address = cluster.plan().peers().get(0).clientAddress();
    out.println();
    out.println("Try, in another shell:");
    out.println("  ./holdfast status");
    out.println("  ./holdfast lock jobs/x -- sh -c 'echo token $HOLDFAST_TOKEN'");
    out.printf(
        "  curl -s -X POST http://%s/v1/locks/jobs/x/acquire"
            + " -H 'content-type: application/json' -d '{\"ttlMillis\":10000}'%n",
        address);
    out.println();
    out.println("Ctrl-C stops the peers and keeps their data.");
    out.flush();
  }

  /** A log knows its members by address: other ports need another folder. */
  private void refuseOtherAddresses(ClusterPlan plan) throws IOException {
    for (PeerPlan peer : plan.peers()) {
      if (!Files.exists(peer.configurationFile())) {
        continue;
      }
      String wanted = membersLine(plan.configurationOf(peer).lines().toList());
      String stored = membersLine(Files.readAllLines(peer.configurationFile()));
      if (!stored.equals(wanted)) {
        throw usage(
            "the folder "
                + directory
                + " holds a cluster with other peers or ports ("
                + stored
                + "). Use the same --peers, --peer-port and --client-port, or another --dir");
      }
    }
  }

  private static String membersLine(List<String> lines) {
    return lines.stream().filter(line -> line.startsWith("cluster.peers")).findFirst().orElse("");
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
