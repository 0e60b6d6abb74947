package io.holdfast.server.peer;

import static io.holdfast.server.peer.SimCluster.acquire;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.holdfast.locks.LockName;
import io.holdfast.server.backup.BackupHeader;
import io.holdfast.server.backup.BackupReader;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupsTest {
  @TempDir private Path folder;

  /** Keeps a backup in memory, and reads as fast as it is told to. */
  private static final class Sink implements BackupSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ready = true;
    private boolean cancelled;
    private @Nullable BackupHeader header;
    private Reply.@Nullable Failed failure;
    private boolean ended;

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void begin(BackupHeader begun) {
      header = begun;
    }

    @Override
    public void bytes(byte[] piece) {
      bytes.writeBytes(piece);
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void failed(Reply.Failed why) {
      failure = why;
    }

    private boolean isOver() {
      return ended || failure != null;
    }
  }

  @Test
  void aBackupFromAnyPeerHoldsEverythingAcknowledgedBeforeItWasAskedFor() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimPeer leader = cluster.settledLeader();
      SimPeer asked = seed % 2 == 0 ? cluster.follower() : leader;
      SimCluster.Client client = cluster.client(leader);
      long session = client.openSession("a", 60_000);
      cluster.world.unreliable(0, 0, 0.3);
      client.call(Reply.Granted.class, acquire(session, 1, "last", 0));

      Sink sink = new Sink();
      assertThat(asked.service().backup("test", sink)).isTrue();
      cluster.world.runUntil(() -> sink.header != null, 10_000);
      for (int i = 2; i < 20; i++) {
        client.send(acquire(session, i, "later/" + i, 0));
      }
      cluster.world.runUntil(sink::isOver, 10_000);

      assertThat(sink.failure).isNull();
      BackupReader.Backup backup = read(sink);
      assertThat(backup.machine().lock(LockName.of("last"))).isPresent();
      assertThat(backup.machine().locks("later/", "", 100)).as("made at one index").isEmpty();
      assertThat(backup.header()).isEqualTo(sink.header);
    }
  }

  @Test
  void aSlowReaderHoldsNothingUpAndOneThatLeftIsForgotten() throws Exception {
    SimCluster cluster = new SimCluster(40);
    SimPeer peer = cluster.follower();
    SimCluster.Client client = cluster.client(peer);
    long session = client.openSession("a", 60_000);
    client.call(Reply.Granted.class, acquire(session, 1, "x", 0));
    List<Sink> sinks = new ArrayList<>();
    for (int i = 0; i <= Backups.UNDER_WAY_MAX; i++) {
      Sink sink = new Sink();
      sink.ready = false;
      sinks.add(sink);
      peer.service().backup("test", sink);
    }
    cluster.world.runMillis(500);

    Sink surplus = sinks.get(Backups.UNDER_WAY_MAX);
    assertThat(surplus.failure).isNotNull();
    assertThat(surplus.failure.error()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    assertThat(sinks.get(0).isOver()).isFalse();
    client.call(Reply.Granted.class, acquire(session, 2, "y", 0));
    sinks.get(1).cancelled = true;
    sinks.get(0).ready = true;
    peer.service().wake();
    cluster.world.runMillis(500);

    assertThat(sinks.get(0).ended).isTrue();
    assertThat(read(sinks.get(0)).machine().lock(LockName.of("y"))).isEmpty();
    assertThat(sinks.get(1).isOver()).isFalse();
    Sink next = new Sink();
    peer.service().backup("test", next);
    cluster.world.runMillis(500);
    assertThat(next.ended).as("there is room again").isTrue();
  }

  @Test
  void withoutALeaderThereIsNoBackup() {
    SimCluster cluster = new SimCluster(41);
    SimPeer peer = cluster.follower();
    cluster.ids().forEach(id -> cluster.world.isolate(id, cluster.ids()));
    cluster.world.runMillis(2_000);

    Sink sink = new Sink();
    peer.service().backup("test", sink);
    cluster.world.runMillis(5_000);

    assertThat(sink.header).isNull();
    assertThat(sink.failure).isNotNull();
    assertThat(sink.failure.error()).isEqualTo(ErrorCode.NO_LEADER);
  }

  @Test
  void aPeerThatStopsEndsItsBackups() {
    SimCluster cluster = new SimCluster(42);
    SimPeer peer = cluster.follower();
    Sink sink = new Sink();
    sink.ready = false;
    peer.service().backup("test", sink);
    cluster.world.runMillis(500);

    peer.service().abandonCalls("the peer stopped");

    assertThat(sink.failure).isNotNull();
    assertThat(sink.failure.error()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  private BackupReader.Backup read(Sink sink) throws Exception {
    Path file = folder.resolve("backup");
    Files.write(file, sink.bytes.toByteArray());
    return BackupReader.read(file);
  }
}
