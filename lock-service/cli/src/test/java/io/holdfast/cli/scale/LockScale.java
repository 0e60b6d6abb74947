package io.holdfast.cli.scale;

import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Many locks held on one cluster: what they weigh, and what snapshots and restarts take. */
final class LockScale {
  private static final long TTL_MILLIS = 120_000;
  private static final long KEEP_EVERY_NANOS = 20_000_000_000L;
  private static final int UNDER_WAY_MAX = 2_000;
  private static final int CLIENTS = 16;

  private final Path directory;
  private final int locks;
  private final long[] sessions;
  private final long[] requests;
  private long keptNanos;

  LockScale(Path directory, int locks, int sessions) {
    this.directory = directory;
    this.locks = locks;
    this.sessions = new long[sessions];
    this.requests = new long[sessions];
  }

  void run() throws Exception {
    List<String> settings = List.of("limit.locks = " + (locks + 10_000));
    try (Cluster cluster = Cluster.start(directory, settings)) {
      int leader = cluster.leader();
      try (Fleet fleet = new Fleet(cluster.address(leader), CLIENTS)) {
        open(fleet);
        long emptyHeap = cluster.heapBytes(cluster.follower());
        fill(cluster, fleet);
        weigh(cluster, emptyHeap);
      }
      leader = cluster.leader();
      try (Fleet fleet = new Fleet(cluster.address(leader), CLIENTS)) {
        snapshot(cluster, fleet, leader);
        list(fleet);
        keep(fleet);
        waitInVain(fleet);
      }
      keep(cluster);
      restart(cluster);
      keep(cluster);
      install(cluster);
      keep(cluster);
      powerCut(cluster);
      Report.say("longest pauses of the collector: %s", cluster.longestPauses());
      expire(cluster);
    }
  }

  private void open(Fleet fleet) throws IOException {
    for (int at = 0; at < sessions.length; at++) {
      int session = at;
      fleet
          .line(at)
          .ask(
              new Request.OpenSession("holder-" + at, TTL_MILLIS, "host-" + at),
              reply -> sessions[session] = ((Reply.SessionOpened) reply).session());
    }
    drain(fleet);
  }

  /** Keeps the sessions alive, now and then. */
  private void keep(Fleet fleet) {
    if (System.nanoTime() - keptNanos > KEEP_EVERY_NANOS) {
      keptNanos = System.nanoTime();
      for (int at = 0; at < sessions.length; at++) {
        fleet.line(at).ask(new Request.KeepAlive(sessions[at]), reply -> {});
      }
    }
  }

  private void keep(Cluster cluster) throws Exception {
    try (Fleet fleet = new Fleet(cluster.address(cluster.leader()), CLIENTS)) {
      keptNanos -= KEEP_EVERY_NANOS;
      keep(fleet);
      drain(fleet);
    }
  }

  private static void drain(Fleet fleet) throws IOException {
    while (fleet.underWay() > 0) {
      fleet.turn(1);
    }
  }

  private static String name(int number) {
    return String.format("orders/customer/%07d", number);
  }

  private void fill(Cluster cluster, Fleet fleet) throws Exception {
    long[] log = cluster.logPositions();
    long begin = System.nanoTime();
    long[] refused = {0};
    int[] underWay = {0};
    for (int number = 0; number < locks; number++) {
      int session = number % sessions.length;
      long request = ++requests[session];
      underWay[0]++;
      fleet
          .line(session)
          .ask(
              acquire(session, request, name(number), 0),
              reply -> {
                underWay[0]--;
                if (!(reply instanceof Reply.Granted) && refused[0]++ == 0) {
                  Report.say("not granted: %s", reply);
                }
              });
      if (number % 100 == 0) {
        keep(fleet);
        fleet.turn(0);
      }
      while (underWay[0] >= UNDER_WAY_MAX) {
        fleet.turn(1);
      }
    }
    drain(fleet);
    Report.say(
        "%d locks of %d sessions acquired in %d ms, refused %d, longest turns %s ms, pauses of the"
            + " collector %s",
        locks,
        sessions.length,
        Cluster.millisSince(begin),
        refused[0],
        cluster.longestTurnsMillis(log),
        cluster.longestPauses());
  }

  private Request.Acquire acquire(int session, long request, String lock, long waitMillis) {
    return new Request.Acquire(
        sessions[session],
        0,
        new RequestId.Sequence(request, Math.max(0, request - 4)),
        lock,
        "main",
        LockMode.EXCLUSIVE,
        0,
        0,
        waitMillis);
  }

  private void weigh(Cluster cluster, long emptyHeap) throws Exception {
    int follower = cluster.follower();
    long heap = cluster.heapBytes(follower);
    Report.say(
        "follower: %.0f bytes of heap a held lock (%.0f MB in all, %.0f MB with the sessions only),"
            + " resident %.0f MB",
        (double) (heap - emptyHeap) / locks,
        Report.megabytes(heap),
        Report.megabytes(emptyHeap),
        Report.megabytes(cluster.residentBytes(follower)));
    cluster.histogram(follower).stream().limit(14).forEach(line -> Report.say("  %s", line));
  }

  /** Works on until the next snapshot is due and taken. */
  private void snapshot(Cluster cluster, Fleet fleet, int leader) throws Exception {
    Probe probe = Probe.start(fleet, CLIENTS);
    turnFor(fleet, 2);
    probe.take();
    long[] log = cluster.logPositions();
    List<Path> before = snapshots(cluster, leader, ".db");
    while (snapshots(cluster, leader, ".tmp").isEmpty()) {
      keep(fleet);
      turnFor(fleet, 0.01);
    }
    Histogram without = probe.take();
    long[] logDuring = cluster.logPositions();
    long begin = System.nanoTime();
    while (snapshots(cluster, leader, ".db").equals(before)) {
      turnFor(fleet, 0.01);
    }
    long millis = Cluster.millisSince(begin);
    Histogram during = probe.take();
    probe.stop();
    List<Path> after = snapshots(cluster, leader, ".db");
    Path newest = after.stream().max(Comparator.comparing(LockScale::modified)).orElseThrow();
    Report.say(
        "a snapshot of the leader: %d ms, %.1f MB", millis, Report.megabytes(Files.size(newest)));
    Report.say("pairs of %d clients without: %s", CLIENTS, Report.latencies(without));
    Report.say(
        "pairs of %d clients meanwhile: %s; longest turns %s ms, before it %s ms",
        CLIENTS,
        Report.latencies(during),
        cluster.longestTurnsMillis(logDuring),
        cluster.longestTurnsMillis(log));
    Report.say(
        "on disk: segments %.1f MB, snapshots %.1f MB",
        Report.megabytes(cluster.diskBytes(leader, "seg-")),
        Report.megabytes(cluster.diskBytes(leader, "snap-")));
  }

  private static long modified(Path file) {
    return file.toFile().lastModified();
  }

  private static List<Path> snapshots(Cluster cluster, int peer, String ending) throws IOException {
    return cluster.files(peer).stream()
        .filter(file -> file.getFileName().toString().startsWith("snap-"))
        .filter(file -> file.toString().endsWith(ending))
        .toList();
  }

  private void list(Fleet fleet) throws IOException {
    Histogram small = new Histogram(3);
    for (int count = 0; count < 200; count++) {
      ask(
          fleet,
          new Request.ListLocks(name(count * 4_999 % locks).substring(0, 20), "", 100, false),
          small);
    }
    Report.say("lists of up to 100 locks below a prefix: %s", Report.latencies(small));
    Histogram pages = new Histogram(3);
    long begin = System.nanoTime();
    String after = "";
    int listed = 0;
    boolean more = true;
    while (more) {
      Reply reply = ask(fleet, new Request.ListLocks("orders/", after, 1_000, false), pages);
      if (!(reply instanceof Reply.LockPage page)) {
        throw new IOException("no page: " + reply);
      }
      listed += page.locks().size();
      more = page.more();
      after = page.locks().get(page.locks().size() - 1).lock();
    }
    Report.say(
        "all %d locks listed in pages of 1000 within %d ms; a page: %s",
        listed, Cluster.millisSince(begin), Report.latencies(pages));
  }

  private static Reply ask(Fleet fleet, Request request, Histogram micros) throws IOException {
    Reply[] answer = new Reply[1];
    long begin = System.nanoTime();
    fleet.line(0).ask(request, reply -> answer[0] = reply);
    while (answer[0] == null) {
      fleet.turn(1);
    }
    micros.recordValue((System.nanoTime() - begin) / 1_000);
    return answer[0];
  }

  /**
   * Each session asks for a lock of the next one, so that the wait-for graph grows into a chain
   * over all of them; the last request would close it and is refused.
   */
  private void waitInVain(Fleet fleet) throws IOException {
    Histogram queued = new Histogram(3);
    int waiters = sessions.length;
    Reply last = null;
    long[] waiting = new long[waiters];
    for (int session = 0; session < waiters; session++) {
      waiting[session] = ++requests[session];
      String wanted = name((session + 1) % waiters);
      last = ask(fleet, acquire(session, waiting[session], wanted, -1), queued);
    }
    Report.say(
        "waits in a chain of %d sessions: %s; the one that closes it: %s",
        waiters,
        Report.latencies(queued),
        last instanceof Reply.Failed failed ? failed.error().wireName() : last);
    for (int session = 0; session < waiters; session++) {
      Request cancel =
          new Request.CancelWait(sessions[session], new RequestId.Sequence(waiting[session], 0));
      fleet.line(session).ask(cancel, reply -> {});
    }
    drain(fleet);
  }

  private static void restart(Cluster cluster) throws Exception {
    int follower = cluster.follower();
    long index = cluster.logIndex(cluster.leader());
    cluster.process(follower).kill();
    long[] log = cluster.logPositions();
    long begin = System.nanoTime();
    cluster.start(follower);
    Report.say(
        "a killed follower is up to date %d ms after its start, longest turns %s ms",
        cluster.awaitApplied(follower, index, begin), cluster.longestTurnsMillis(log));
  }

  /** An empty directory under the old number: the peer is taken back and gets a snapshot. */
  private static void install(Cluster cluster) throws Exception {
    int follower = cluster.follower();
    int leader = cluster.leader();
    long index = cluster.logIndex(leader);
    cluster.process(follower).kill();
    for (Path file : cluster.files(follower)) {
      Files.delete(file);
    }
    long[] log = cluster.logPositions();
    long begin = System.nanoTime();
    cluster.start(follower);
    Report.say(
        "an empty peer is up to date %d ms after its start, longest turns %s ms, led by the same:"
            + " %s",
        cluster.awaitApplied(follower, index, begin),
        cluster.longestTurnsMillis(log),
        cluster.leader() == leader);
  }

  private static void powerCut(Cluster cluster) throws Exception {
    cluster.killAll();
    long[] log = cluster.logPositions();
    long begin = System.nanoTime();
    cluster.startAll();
    int leader = cluster.leader();
    long leads = Cluster.millisSince(begin);
    try (Fleet fleet = new Fleet(cluster.address(leader), 1)) {
      Probe probe = Probe.start(fleet, 1);
      Histogram pairs = new Histogram(3);
      while (pairs.getTotalCount() == 0) {
        fleet.turn(1);
        pairs = probe.take();
      }
      Report.say(
          "all three killed: a leader serves %d ms, the first pair is done %d ms after the start of"
              + " all, longest turns %s ms",
          leads, Cluster.millisSince(begin), cluster.longestTurnsMillis(log));
      probe.stop();
    }
  }

  /** After the change of leader all sessions are due at once, and with them every lock is freed. */
  private void expire(Cluster cluster) throws Exception {
    int leader = cluster.leader();
    long[] log = cluster.logPositions();
    try (Fleet fleet = new Fleet(cluster.address(leader), 1)) {
      Probe probe = Probe.start(fleet, 1);
      double all = sessionCount(cluster, leader, sessions.length);
      double left = all;
      while (left == all) {
        probe.take();
        log = cluster.logPositions();
        turnFor(fleet, 0.1);
        left = sessionCount(cluster, leader, left);
        all = Math.max(all, left);
      }
      long begun = System.nanoTime();
      // Those of probes live longer.
      while (left > all - sessions.length) {
        turnFor(fleet, 0.1);
        left = sessionCount(cluster, leader, left);
      }
      long millis = Cluster.millisSince(begun);
      probe.stop();
      Report.say(
          "all sessions due at once: expired, and all locks freed, within %d ms; pairs meanwhile:"
              + " %s; longest turns %s ms; led by the same: %s",
          millis,
          Report.latencies(probe.take()),
          cluster.longestTurnsMillis(log),
          cluster.leader() == leader);
    }
  }

  private static double sessionCount(Cluster cluster, int peer, double before) throws Exception {
    return cluster.metric(peer, "holdfast_peer_sessions").orElse(before);
  }

  private static void turnFor(Fleet fleet, double seconds) throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() - end < 0) {
      fleet.turn(1);
    }
  }
}
