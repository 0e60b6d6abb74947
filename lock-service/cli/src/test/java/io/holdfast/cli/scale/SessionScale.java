package io.holdfast.cli.scale;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Many sessions on one cluster: what keeping them costs, and what their common end brings. */
final class SessionScale {
  private static final long SECONDS_MEASURED = Long.getLong("scale.seconds", 60);

  private final Path directory;
  private final int sessions;
  private final int connections;

  SessionScale(Path directory, int sessions, int connections) {
    this.directory = directory;
    this.sessions = sessions;
    this.connections = connections;
  }

  void run() throws Exception {
    try (Cluster cluster =
        Cluster.start(directory, List.of("limit.sessions = " + (sessions + 1_000)))) {
      int leader = cluster.leader();
      long emptyHeap = cluster.heapBytes(leader);
      leader = cluster.leader();
      Fleet fleet = new Fleet(cluster.address(leader), connections);
      long[] log = cluster.logPositions();
      long begin = System.nanoTime();
      Keeper keeper = new Keeper(fleet, sessions);
      keeper.openAll();
      Report.say(
          "%d sessions opened over %d connections to the leader in %d ms, sent again %d, longest"
              + " turns %s ms",
          sessions,
          connections,
          Cluster.millisSince(begin),
          keeper.retried(),
          cluster.longestTurnsMillis(log));
      keepAlive(cluster, keeper, fleet);
      memory(cluster, leader, emptyHeap);
      changeLeader(cluster, keeper, leader);
    }
  }

  private void keepAlive(Cluster cluster, Keeper keeper, Fleet fleet) throws Exception {
    keeper.spread();
    turnFor(keeper, 10);
    keeper.take();
    long[] log = cluster.logPositions();
    int leader = cluster.leader();
    long index = cluster.logIndex(leader);
    long bytes = cluster.diskBytes(leader, "seg-");
    double storageCommits = cluster.metric(leader, "holdfast_storage_commits_total").orElse(0);
    Duration[] before = new Duration[Cluster.PEERS];
    for (int peer = 1; peer <= Cluster.PEERS; peer++) {
      before[peer - 1] = cluster.cpu(peer);
    }
    long begin = System.nanoTime();
    turnFor(keeper, SECONDS_MEASURED);
    double seconds = (System.nanoTime() - begin) / 1e9;
    StringBuilder cores = new StringBuilder();
    double sum = 0;
    for (int peer = 1; peer <= Cluster.PEERS; peer++) {
      double used = cluster.cpu(peer).minus(before[peer - 1]).toNanos() / 1e9 / seconds;
      sum += used;
      cores.append(String.format(" %.3f%s", used, peer == leader ? " (leader)" : ""));
    }
    Histogram micros = keeper.take();
    Report.say("keep-alives in %.0f s: %s", seconds, Report.latencies(micros));
    Report.say(
        "processor: %.3f cores in all, by peer%s; %.1f us a keep-alive",
        sum, cores, sum * seconds * 1e6 / micros.getTotalCount());
    Report.say(
        "log: %d entries, %d segment bytes, %.0f synchronous writes more; refused %d; lost"
            + " connections %d; longest turns %s ms",
        cluster.logIndex(leader) - index,
        cluster.diskBytes(leader, "seg-") - bytes,
        cluster.metric(leader, "holdfast_storage_commits_total").orElse(0) - storageCommits,
        keeper.refused(),
        fleet.lost(),
        cluster.longestTurnsMillis(log));
  }

  private static void turnFor(Keeper keeper, long seconds) throws Exception {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() - end < 0) {
      keeper.turn();
    }
  }

  private void memory(Cluster cluster, int leader, long emptyHeap) throws Exception {
    long resident = cluster.residentBytes(leader);
    long heap = cluster.heapBytes(leader);
    Report.say(
        "leader: %.0f bytes of heap a session (%.1f MB in all, %.1f MB empty), resident %.0f MB",
        (double) (heap - emptyHeap) / sessions,
        Report.megabytes(heap),
        Report.megabytes(emptyHeap),
        Report.megabytes(resident));
  }

  private void changeLeader(Cluster cluster, Keeper keeper, int before) throws Exception {
    int killed = cluster.leader();
    Report.say("the full collection %s", killed == before ? "changed no leader" : "cost the lead");
    long[] log = cluster.logPositions();
    long kill = System.nanoTime();
    cluster.process(killed).kill();
    int leader = cluster.leader();
    long elected = Cluster.millisSince(kill);
    Fleet fleet = new Fleet(cluster.address(leader), connections);
    long connected = Cluster.millisSince(kill);
    keeper.moveTo(fleet);
    while (keeper.acknowledged() == 0) {
      keeper.turn();
    }
    long first = Cluster.millisSince(kill);
    while (!keeper.allAlive()) {
      keeper.turn();
    }
    Report.say(
        "leader killed: next one serves after %d ms, reconnected %d ms, first keep-alive %d ms,"
            + " every session kept alive anew %d ms; sent again %d, refused %d; longest turns %s ms",
        elected,
        connected,
        first,
        Cluster.millisSince(kill),
        keeper.retried(),
        keeper.refused(),
        cluster.longestTurnsMillis(log));
    keeper.spread();
    long restart = System.nanoTime();
    cluster.start(killed);
    long index = cluster.logIndex(leader);
    while (cluster.appliedIndex(killed) < index) {
      keeper.turn();
    }
    Report.say("the killed peer is up to date %d ms after its start", Cluster.millisSince(restart));
    turnFor(keeper, Keeper.TTL_MILLIS / 1_000 + 5);
    Report.say(
        "sessions open more than a TTL later: %.0f; refused %d",
        cluster.metric(leader, "holdfast_peer_sessions").orElse(-1), keeper.refused());
    Report.say("longest pauses of the collector: %s", cluster.longestPauses());
    expire(cluster, fleet, leader);
  }

  /**
   * The client dies together with the leader, so that the next one gives every session its TTL from
   * one moment, and all of them are due at once.
   */
  private void expire(Cluster cluster, Fleet keptAlive, int before) throws Exception {
    keptAlive.close();
    cluster.process(before).kill();
    int leader = cluster.leader();
    cluster.start(before);
    try (Fleet probing = new Fleet(cluster.address(leader), 1)) {
      Probe probe = Probe.start(probing, 1);
      turnFor(probing, 10);
      Report.say("pairs of one client beside silent sessions: %s", Report.latencies(probe.take()));
      long[] log = cluster.logPositions();
      long index = cluster.logIndex(leader);
      double left = sessions + 1.0;
      long begun = 0;
      while (left > 1) {
        turnFor(probing, 0.1);
        left = cluster.metric(leader, "holdfast_peer_sessions").orElse(left);
        if (left > sessions) {
          probe.take();
          index = cluster.logIndex(leader);
        } else if (begun == 0) {
          begun = System.nanoTime();
        }
      }
      Report.say("all sessions due at once: expired within %d ms", Cluster.millisSince(begun));
      probe.stop();
      Report.say(
          "pairs meanwhile: %s; longest turns %s ms; %d entries more; led by the same: %s",
          Report.latencies(probe.take()),
          cluster.longestTurnsMillis(log),
          cluster.logIndex(leader) - index,
          cluster.leader() == leader);
    }
  }

  private static void turnFor(Fleet fleet, double seconds) throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() - end < 0) {
      fleet.turn(1);
    }
  }
}
