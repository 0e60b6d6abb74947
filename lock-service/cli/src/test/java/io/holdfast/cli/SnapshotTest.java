package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.cluster.ClusterPlan;
import io.holdfast.cli.cluster.LocalCluster;
import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.Lease;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A cluster is saved, lost with all its disks, and restored under another name. */
@Timeout(value = 5, unit = java.util.concurrent.TimeUnit.MINUTES)
class SnapshotTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void tokensOfARestoredClusterAreAboveAllThatWereEverGranted() throws Exception {
    Path backup = folder.resolve("monday.backup");
    long held;
    long free;
    long afterTheBackup;
    long lostSession;
    ClusterPlan old = ClusterPlan.onFreePorts("old", folder.resolve("old"), 3);
    try (LocalCluster cluster = new LocalCluster(old, List.of())) {
      cluster.startAll();
      cluster.awaitReady(PATIENCE);
      try (HoldfastClient client = client(old)) {
        held = client.lock("jobs/held").acquire(PATIENCE).token();
        Lease released = client.lock("jobs/free").acquire(PATIENCE);
        free = released.token();
        released.release();
        assertThat(run("snapshot", "save", backup.toString(), endpoints(old))).isZero();
        assertThat(out.toString()).contains("is whole", "cluster old", "peer-1 peer-2 peer-3");
        assertThat(run("snapshot", "save", backup.toString(), endpoints(old)))
            .as("overwrites nothing")
            .isEqualTo(ExitCodes.REFUSED);
        try (HoldfastClient late = client(old)) {
          Lease last = late.lock("jobs/free").acquire(PATIENCE);
          afterTheBackup = last.token();
          lostSession = last.session();
          assertThat(afterTheBackup).isGreaterThan(free);
          cluster.killAll();
        }
      }
    }

    ClusterPlan restored = ClusterPlan.onFreePorts("new", folder.resolve("new"), 3);
    for (ClusterPlan.PeerPlan peer : restored.peers()) {
      assertThat(restore(backup, restored, peer)).as(err.toString()).isZero();
      assertThat(restore(backup, restored, peer))
          .as("overwrites nothing")
          .isEqualTo(ExitCodes.REFUSED);
      assertThat(err.toString()).contains("is not empty");
    }
    try (LocalCluster cluster = new LocalCluster(restored, List.of())) {
      cluster.startAll();
      cluster.awaitReady(PATIENCE);
      try (HoldfastClient client = client(restored)) {
        Lease again = client.lock("jobs/free").acquire(PATIENCE);
        assertThat(again.token()).isGreaterThan(afterTheBackup + (1L << 31));
        assertThat(again.session()).as("ids of sessions").isGreaterThan(lostSession);
        Lease taken = client.lock("jobs/held").acquire(PATIENCE);
        assertThat(taken.token()).isGreaterThan(held);
        assertThat(client.lock("jobs/never-seen").acquire(PATIENCE).token())
            .isGreaterThan(1L << 32);
        again.release();
        assertThat(client.lock("jobs/free").acquire(PATIENCE).token())
            .as("tokens are dense again")
            .isEqualTo(again.token() + 1);
        long beforeTheRestart = client.lock("jobs/other").acquire(PATIENCE).token();
        cluster.killAll();
        cluster.startAll();
        cluster.awaitReady(PATIENCE);
        assertThat(client.check("jobs/other", beforeTheRestart)).isTrue();
      }
    }
  }

  @Test
  void aBackupThatIsDamagedIsNeitherShownNorRestored() throws Exception {
    Path file = folder.resolve("broken");
    Files.writeString(file, "HOLDFAST BACKUP\nand then something else");

    assertThat(run("snapshot", "inspect", file.toString())).isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString()).contains("format version", file.toString());
    assertThat(
            run(
                "snapshot",
                "restore",
                file.toString(),
                "--data-dir=" + folder.resolve("data"),
                "--peer-id=1",
                "--peers=1=127.0.0.1:29800:29070"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(folder.resolve("data")).doesNotExist();
    assertThat(run("snapshot", "restore", file.toString())).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("data.dir", "peer.id");
  }

  private int restore(Path backup, ClusterPlan plan, ClusterPlan.PeerPlan peer) throws Exception {
    Files.createDirectories(peer.directory());
    Files.writeString(peer.configurationFile(), plan.configurationOf(peer));
    return run("snapshot", "restore", backup.toString(), "--config=" + peer.configurationFile());
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

  private int run(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(new ArrayList<>(List.of(arguments)).toArray(new String[0]));
  }
}
