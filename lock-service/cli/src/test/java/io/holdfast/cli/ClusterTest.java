package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.bench.Load;
import io.holdfast.cli.cluster.ClusterPlan;
import io.holdfast.cli.cluster.LocalCluster;
import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.Lease;
import io.holdfast.client.LeaseGroup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Real peer processes, killed as crashes kill them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static LocalCluster cluster;

  @BeforeAll
  static void startThreePeers() throws Exception {
    cluster = new LocalCluster(ClusterPlan.onFreePorts("test", folder, 3), List.of());
    cluster.startAll();
    cluster.awaitReady(PATIENCE);
  }

  @AfterAll
  static void stopThem() {
    cluster.close();
  }

  @Test
  void killOfAnyPeerReachesNoCallerAndNoLockIsHeldTwice() throws Exception {
    Load load = new Load(plan(8, 8, "kill-one/"), clients(Duration.ofSeconds(20)));
    CompletableFuture<Load.Outcome> running = run(load);
    for (int peer = 1; peer <= 3; peer++) {
      awaitGrants(load, 3);
      cluster.peer(peer).orElseThrow().kill();
      awaitGrants(load, 3);
      cluster.start(peer).awaitReady(PATIENCE);
    }
    load.finish();
    Load.Outcome outcome = running.get(3, TimeUnit.MINUTES);
    assertThat(outcome.firstError()).isEmpty();
    assertThat(outcome.firstViolation()).isEmpty();
    assertThat(outcome.pairs()).isPositive();
  }

  @Test
  void killOfAllPeersLosesNoGrantNoTokenAndNoSession() throws Exception {
    try (HoldfastClient holder = clients(Duration.ofSeconds(60)).get()) {
      List<Lease> held = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        held.add(holder.lock("kept/" + i).acquire(PATIENCE));
      }
      Load load = new Load(plan(8, 4, "kill-all/"), clients(Duration.ofSeconds(60)));
      CompletableFuture<Load.Outcome> running = run(load);
      awaitGrants(load, 20);
      cluster.killAll();
      Map<String, Long> acknowledged = load.holds().newestTokens();
      cluster.startAll();
      cluster.awaitReady(PATIENCE);

      for (Lease lease : held) {
        assertThat(holder.check(lease.lock(), lease.token())).as(lease.lock()).isTrue();
        assertThat(lease.isValid()).as(lease.lock()).isTrue();
      }
      for (Map.Entry<String, Long> grant : acknowledged.entrySet()) {
        assertThat(holder.reads().lock(grant.getKey()).token())
            .as(grant.getKey())
            .isGreaterThanOrEqualTo(grant.getValue());
      }
      awaitGrants(load, 3);
      load.finish();
      Load.Outcome outcome = running.get(3, TimeUnit.MINUTES);
      assertThat(outcome.firstError()).isEmpty();
      assertThat(outcome.firstViolation()).isEmpty();
      held.forEach(Lease::release);
    }
  }

  @Test
  void lockCommandHandsConsecutiveTokensToTheCommandsItRuns() throws Exception {
    Path tokens = folder.resolve("tokens");
    for (int i = 0; i < 2; i++) {
      assertThat(run("lock", "jobs/twice", "--", "sh", "-c", append("$HOLDFAST_TOKEN", tokens)))
          .isEqualTo(0);
    }
    List<Long> seen = Files.readAllLines(tokens).stream().map(Long::valueOf).toList();
    assertThat(seen).hasSize(2);
    assertThat(seen.get(1)).isEqualTo(seen.get(0) + 1);
  }

  @Test
  void twoLockCommandsAtOnceRunOneAfterTheOther() throws Exception {
    Path journal = folder.resolve("journal");
    String job = append("in", journal) + "; " + append("out", journal);
    CompletableFuture<Integer> first = runAsync("lock", "jobs/once", "--", "sh", "-c", job);
    CompletableFuture<Integer> second = runAsync("lock", "jobs/once", "--", "sh", "-c", job);
    assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(0);
    assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo(0);
    assertThat(Files.readAllLines(journal)).containsExactly("in", "out", "in", "out");
  }

  @Test
  void lockCommandReturnsTheExitCodeOfItsCommand() {
    assertThat(run("lock", "jobs/exit", "--", "sh", "-c", "exit 7")).isEqualTo(7);
    assertThat(run("lock", "jobs/exit", "--", "no-such-program-anywhere"))
        .isEqualTo(ExitCodes.COMMAND_NOT_STARTED);
  }

  @Test
  void lockCommandGivesUpAfterItsWait() throws Exception {
    try (HoldfastClient other = clients(Duration.ofSeconds(10)).get()) {
      Lease held = other.lock("jobs/busy").acquire(PATIENCE);
      assertThat(run("lock", "jobs/busy", "--wait", "200ms", "--", "true"))
          .isEqualTo(ExitCodes.LOCK_NOT_GRANTED);
      held.release();
    }
  }

  @Test
  void forcedReleaseEndsTheCommandThatRunsUnderTheLock() throws Exception {
    Path started = folder.resolve("started");
    CompletableFuture<Integer> running =
        runAsync("lock", "jobs/forced", "--", "sh", "-c", append("x", started) + "; sleep 120");
    try (HoldfastClient watcher = clients(Duration.ofSeconds(10)).get()) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!Files.exists(started)) {
        assertThat(watcher.reads().lock("jobs/forced")).isNotNull();
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }
    assertThat(run("force-release", "jobs/forced", "--yes")).isEqualTo(0);
    assertThat(running.get(60, TimeUnit.SECONDS)).isEqualTo(ExitCodes.LEASE_LOST);
  }

  @Test
  void acquireRenewAndReleaseWorkByHand() {
    StringWriter out = new StringWriter();
    assertThat(run(out, "acquire", "orders/42", "--ttl", "30s", "--json")).isEqualTo(0);
    String session = number(out.toString(), "session");
    String token = number(out.toString(), "token");
    assertThat(run("acquire", "orders/42")).isEqualTo(ExitCodes.REFUSED);
    assertThat(run("renew", "--session", session)).isEqualTo(0);
    assertThat(run("release", "orders/42", "--session", session, "--token", "999"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(
            run("release", "orders/42", "--session", session, "--token", token, "--close-session"))
        .isEqualTo(0);
    assertThat(run("renew", "--session", session)).isEqualTo(ExitCodes.REFUSED);
  }

  @Test
  void statusNamesOneLeaderAndListsNameWhatIsHeld() throws Exception {
    StringWriter status = new StringWriter();
    assertThat(run(status, "status")).isEqualTo(0);
    assertThat(status.toString()).contains("peer-1", "peer-2", "peer-3").contains("leader: peer-");
    try (HoldfastClient client = clients(Duration.ofSeconds(10)).get()) {
      Lease lease = client.lock("listed/a").acquire(PATIENCE);
      StringWriter locks = new StringWriter();
      assertThat(run(locks, "locks", "listed/")).isEqualTo(0);
      assertThat(locks.toString()).contains("listed/a");
      StringWriter sessions = new StringWriter();
      assertThat(run(sessions, "sessions", "--json")).isEqualTo(0);
      assertThat(sessions.toString()).contains("\"session\":" + lease.session());
      lease.release();
    }
  }

  @Test
  void locksAcquiredTogetherAreHeldTogetherAndInNoOrderDeadlock() throws Exception {
    try (HoldfastClient one = clients(Duration.ofSeconds(20)).get();
        HoldfastClient two = clients(Duration.ofSeconds(20)).get()) {
      LeaseGroup first = one.acquireAll("all/a", "all/b", "all/c");
      CompletableFuture<LeaseGroup> second = two.acquireAllAsync("all/c", "all/b");
      assertThat(two.locks("all/b", "all/d").tryAcquire(Duration.ZERO)).isEmpty();
      assertThat(two.check("all/d", 1)).as("nothing is held of it").isFalse();
      assertThat(second).isNotDone();
      first.release();
      assertThat(second.get(60, TimeUnit.SECONDS).lease("all/b").token())
          .isEqualTo(first.lease("all/b").token() + 1);
      second.join().close();
      CompletableFuture<?>[] both = new CompletableFuture<?>[40];
      for (int i = 0; i < both.length; i++) {
        HoldfastClient client = i % 2 == 0 ? one : two;
        both[i] =
            (i % 2 == 0
                    ? client.acquireAllAsync("all/a", "all/b")
                    : client.acquireAllAsync("all/b", "all/a"))
                .thenCompose(LeaseGroup::releaseAsync);
      }
      CompletableFuture.allOf(both).get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void watchPrintsWhatHappensToALock() throws Exception {
    StringWriter events = new StringWriter();
    CompletableFuture<Integer> watching =
        CompletableFuture.supplyAsync(() -> run(events, "watch", "watched/", "--count", "2"));
    try (HoldfastClient client = clients(Duration.ofSeconds(10)).get()) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!watching.isDone()) {
        client.lock("watched/a").acquire(PATIENCE).release();
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }
    assertThat(watching.get()).isEqualTo(0);
    assertThat(events.toString()).contains("watched/a");
  }

  private static Load.Plan plan(int callers, int locks, String prefix) {
    return new Load.Plan(callers, 4, locks, prefix, Duration.ofMillis(100), Duration.ofMinutes(4));
  }

  private static Supplier<HoldfastClient> clients(Duration ttl) {
    return () ->
        HoldfastClient.builder()
            .endpoints(cluster.plan().clientAddresses().toArray(new String[0]))
            .sessionTtl(ttl)
            .requestTimeout(PATIENCE)
            .listener(new ClientListener() {})
            .build();
  }

  private static CompletableFuture<Load.Outcome> run(Load load) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return load.run(rate -> {});
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task, "load").start());
  }

  /** Waits until every lock of the load has been granted so many times more. */
  private static void awaitGrants(Load load, long more) throws InterruptedException {
    Map<String, Long> first = load.holds().newestTokens();
    CountDownLatch never = new CountDownLatch(1);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (first.isEmpty()) {
      first = load.holds().newestTokens();
      assertThat(System.nanoTime()).isLessThan(deadline);
      assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
    }
    while (!first.entrySet().stream()
        .allMatch(
            lock ->
                load.holds().newestTokens().getOrDefault(lock.getKey(), 0L)
                    >= lock.getValue() + more)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  private static String append(String text, Path file) {
    return "echo " + text + " >> '" + file + "'";
  }

  private static String number(String json, String field) {
    return json.replaceAll("(?s).*\"" + field + "\":(\\d+).*", "$1");
  }

  private static CompletableFuture<Integer> runAsync(String... arguments) {
    return CompletableFuture.supplyAsync(
        () -> run(arguments), task -> new Thread(task, "command").start());
  }

  private static int run(String... arguments) {
    return run(new StringWriter(), arguments);
  }

  private static int run(StringWriter out, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(1, "--endpoints=" + String.join(",", cluster.plan().clientAddresses()));
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    return commandLine.execute(all.toArray(new String[0]));
  }
}
