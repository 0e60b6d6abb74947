package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.cluster.ClusterPlan;
import io.holdfast.cli.cluster.LocalCluster;
import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.Lease;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Real peers come and go while locks are held. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MembershipTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aFourthPeerJoinsAndTheLeaderIsRemovedUnderHeldLocks() throws Exception {
    ClusterPlan all = ClusterPlan.onFreePorts("grow", folder, 4);
    ClusterPlan three = first(3, all);
    try (LocalCluster founders = new LocalCluster(three, List.of());
        LocalCluster newcomers = new LocalCluster(joining(all), List.of())) {
      founders.startAll();
      founders.awaitReady(PATIENCE);
      try (HoldfastClient client = client(three)) {
        Lease held = client.lock("jobs/held").acquire(PATIENCE);
        newcomers.start(4);
        assertThat(member(all, add(all, 4))).as(err.toString()).isZero();
        assertThat(out.toString()).contains("peer-4", "learner");
        promote(all, 4);
        newcomers.awaitReady(PATIENCE);

        int leader = leaderOf(three);
        assertThat(member(all, "remove", Integer.toString(leader))).as(err.toString()).isZero();
        founders.peer(leader).orElseThrow().kill();
        assertThat(client.check("jobs/held", held.token())).isTrue();
        assertThat(held.isValid()).isTrue();
        Lease other = client.lock("jobs/other").acquire(PATIENCE);
        other.release();
        held.release();
        assertThat(client.lock("jobs/held").acquire(PATIENCE).token()).isEqualTo(held.token() + 1);

        assertThat(member(all, "transfer", "4")).as(err.toString()).isZero();
        assertThat(leaderOf(all)).isEqualTo(4);
        newcomers.peer(4).orElseThrow().kill();
        newcomers.start(4).awaitReady(PATIENCE);
        assertThat(client.lock("jobs/other").acquire(PATIENCE).token())
            .isEqualTo(other.token() + 1);
      }
      assertThat(member(all, "promote", "9")).isEqualTo(ExitCodes.REFUSED);
      assertThat(err.toString()).contains("not-found", "peer-9 is no member");
    }
  }

  @Test
  void aSinglePeerServesSurvivesAndHandsOverToItsSuccessor() throws Exception {
    ClusterPlan all = ClusterPlan.onFreePorts("single", folder, 2);
    ClusterPlan one = first(1, all);
    try (LocalCluster founder = new LocalCluster(one, List.of());
        LocalCluster newcomers = new LocalCluster(joining(all), List.of())) {
      founder.startAll();
      founder.awaitReady(PATIENCE);
      try (HoldfastClient client = client(all)) {
        Lease held = client.lock("jobs/held").acquire(PATIENCE);
        founder.killAll();
        founder.startAll();
        founder.awaitReady(PATIENCE);
        assertThat(client.check("jobs/held", held.token())).isTrue();
        assertThat(member(all, "transfer")).isEqualTo(ExitCodes.REFUSED);
        assertThat(err.toString()).contains("no other voter");
        assertThat(member(all, "remove", "1")).as("the last voter").isEqualTo(ExitCodes.REFUSED);

        newcomers.start(2);
        assertThat(member(all, add(all, 2))).as(err.toString()).isZero();
        promote(all, 2);
        assertThat(member(all, "remove", "1")).as(err.toString()).isZero();
        founder.killAll();
        newcomers.awaitReady(PATIENCE);
        assertThat(client.check("jobs/held", held.token())).isTrue();
        held.release();
        assertThat(client.lock("jobs/held").acquire(PATIENCE).token()).isEqualTo(held.token() + 1);
      }
    }
  }

  private static ClusterPlan first(int count, ClusterPlan all) {
    return new ClusterPlan(
        all.clusterId(), all.directory(), all.peers().subList(0, count), List.of());
  }

  private static ClusterPlan joining(ClusterPlan all) {
    return all.with(List.of("cluster.join = true"));
  }

  private static String[] add(ClusterPlan all, int id) {
    ClusterPlan.PeerPlan peer = all.peer(id);
    return new String[] {
      "add", Integer.toString(id), "127.0.0.1:" + peer.peerPort(), peer.clientAddress()
    };
  }

  /** Asks until the learner has caught up; until then every refusal says how far it is behind. */
  private void promote(ClusterPlan all, int id) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int code = member(all, "promote", Integer.toString(id));
    while (code != 0) {
      assertThat(code).as(err.toString()).isEqualTo(ExitCodes.REFUSED);
      assertThat(err.toString()).contains("peer-" + id, "has not");
      assertThat(System.nanoTime()).as(err.toString()).isLessThan(deadline);
      code = member(all, "promote", Integer.toString(id));
    }
  }

  private int leaderOf(ClusterPlan plan) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    StringWriter table = new StringWriter();
    while (run(table, "member", "list", endpoints(plan)) != 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
    return table
        .toString()
        .lines()
        .filter(line -> line.contains(" yes "))
        .map(line -> line.replaceAll("^peer-(\\d+).*", "$1"))
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElseThrow();
  }

  private int member(ClusterPlan plan, String... arguments) {
    List<String> all = new ArrayList<>(List.of("member"));
    all.addAll(List.of(arguments));
    all.add(endpoints(plan));
    return run(out, all.toArray(new String[0]));
  }

  private static String endpoints(ClusterPlan plan) {
    return "--endpoints=" + String.join(",", plan.clientAddresses());
  }

  private static HoldfastClient client(ClusterPlan plan) {
    return HoldfastClient.builder()
        .endpoints(plan.clientAddresses().toArray(new String[0]))
        .sessionTtl(Duration.ofSeconds(30))
        .requestTimeout(PATIENCE)
        .listener(new ClientListener() {})
        .build();
  }

  private int run(StringWriter to, String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(to, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}
