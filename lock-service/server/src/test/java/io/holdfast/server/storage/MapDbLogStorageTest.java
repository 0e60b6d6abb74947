package io.holdfast.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.raft.spi.LogStorage.Fetch;
import io.holdfast.raft.spi.LogStorage.SnapshotWriter;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.testing.SimulatedDisk;
import io.holdfast.server.storage.testing.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapDbLogStorageTest {
  private static final SnapshotDescriptor.Draft DRAFT =
      new SnapshotDescriptor.Draft(new EntryId(1, 5), Workload.CONFIGURATION, EntryId.NONE);

  @TempDir Path directory;

  private final RecordingListener listener = new RecordingListener();
  private final SimulatedDisk disk = new SimulatedDisk();

  private StorageSettings settings() {
    return new StorageSettings(directory, Workload.IDENTITY, Workload.SMALL);
  }

  private MapDbLogStorage started() {
    MapDbLogStorage storage = MapDbLogStorage.open(settings());
    storage.recover();
    storage.start(listener);
    return storage;
  }

  private MapDbLogStorage startedOverSimulatedDisk() {
    MapDbLogStorage storage = MapDbLogStorage.over(disk, settings(), () -> {});
    storage.recover();
    storage.start(listener);
    return storage;
  }

  private static Batch append(long index) {
    return new Batch(
        index, null, null, 0, List.of(Entry.command(new EntryId(1, index), new byte[] {7})));
  }

  @Test
  void batchesThatArriveDuringACommitShareTheNextOne() {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    AtomicInteger forces = new AtomicInteger();
    try (MapDbLogStorage storage = startedOverSimulatedDisk()) {
      storage.persist(append(1));
      listener.awaitAcknowledged(1);
      disk.observe(
          operation -> {
            if (operation == Operation.FORCE && forces.incrementAndGet() == 1) {
              reached.countDown();
              awaitOrFail(released);
            }
          });
      storage.persist(append(2));
      awaitOrFail(reached);
      for (long index = 3; index <= 100; index++) {
        storage.persist(append(index));
      }
      released.countDown();
      listener.awaitAcknowledged(100);
      assertThat(listener.acknowledged).containsExactly(1L, 2L, 100L);
      assertThat(forces).hasValue(2);
      assertThat(storage.commits()).isEqualTo(3);
    }
  }

  private static void awaitOrFail(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("no progress within 60 s");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nothingIsAcknowledgedAfterAFailedForce() {
    AtomicInteger forces = new AtomicInteger();
    try (MapDbLogStorage storage = startedOverSimulatedDisk()) {
      disk.observe(
          operation -> {
            if (operation == Operation.FORCE && forces.incrementAndGet() == 4) {
              throw new IOException("Input/output error");
            }
          });
      for (long index = 1; index <= 50 && listener.failures.isEmpty(); index++) {
        storage.persist(append(index));
        listener.awaitAcknowledged(index);
      }
      assertThat(listener.lastAcknowledged()).isEqualTo(2);
      storage.persist(append(4));
      storage.fetch(new Fetch(1, 1, 2, 1));
    }
    assertThat(forces).hasValue(4);
    assertThat(listener.acknowledged).containsExactly(1L, 2L);
    assertThat(listener.fetched).isEmpty();
    assertThat(listener.failures)
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.type(StorageException.class))
        .satisfies(
            failure ->
                assertThat(failure.getMessage())
                    .contains("disk/seg-00000001.db", "record 4", "Input/output error")
                    .contains("Next step: see that the disk has space"));
  }

  @Test
  void aFailedSnapshotEndsTheCommitsToo() {
    try (MapDbLogStorage storage = startedOverSimulatedDisk()) {
      storage.persist(append(1));
      listener.awaitAcknowledged(1);
      disk.observe(
          operation -> {
            throw new IOException("No space left on device");
          });
      SnapshotWriter writer = storage.writeSnapshot(DRAFT);
      writer.write(new byte[10]);
      listener.await("failure", () -> !listener.failures.isEmpty());
      disk.observe(operation -> {});
      storage.persist(append(2));
    }
    assertThat(listener.acknowledged).containsExactly(1L);
    assertThat(listener.failures).hasSize(1);
  }

  @Test
  void closingFinishesWhatWasHandedOver() {
    try (MapDbLogStorage storage = started()) {
      for (long index = 1; index <= 500; index++) {
        storage.persist(append(index));
      }
      storage.fetch(new Fetch(9, 1, 2, 1));
    }
    assertThat(listener.lastAcknowledged()).isEqualTo(500);
    assertThat(listener.fetched).hasSize(1);
    try (MapDbLogStorage again = MapDbLogStorage.open(settings())) {
      assertThat(again.recover().entries()).hasSize(500);
    }
  }

  @Test
  void snapshotsAreSavedReadRejectedAndGivenUp() {
    byte[] bytes = new byte[150_000];
    new Random(6).nextBytes(bytes);
    try (MapDbLogStorage storage = started()) {
      SnapshotWriter writer = storage.writeSnapshot(DRAFT);
      writer.write(bytes);
      writer.finish(null);
      listener.await("snapshot", () -> listener.saved.size() == 1);
      assertThat(writer.backlogBytes()).isZero();
      SnapshotId id = listener.saved.get(0).id();
      assertThat(id.sizeBytes()).isEqualTo(bytes.length);
      storage.readSnapshot(id, 0, 1 << 20);
      storage.readSnapshot(new SnapshotId(new EntryId(1, 4), 1, 1), 0, 10);
      listener.await("two reads", () -> listener.read.size() == 2);
      assertThat(Objects.requireNonNull(listener.read.get(0))).isEqualTo(bytes);
      assertThat(listener.read.get(1)).isNull();
      SnapshotWriter wrong = storage.writeSnapshot(DRAFT);
      wrong.write(new byte[3]);
      wrong.finish(id);
      listener.await("rejection", () -> listener.rejected.size() == 1);
      SnapshotWriter givenUp = storage.writeSnapshot(DRAFT);
      givenUp.write(bytes);
      givenUp.abort();
      storage.writeSnapshot(DRAFT).write(bytes);
    }
    assertThat(listener.failures).isEmpty();
    assertThat(names()).contains("snap-5-1.db").noneMatch(name -> name.contains(".tmp"));
  }

  private List<String> names() {
    String[] names = directory.toFile().list();
    return List.of(Objects.requireNonNull(names));
  }

  @Test
  void aStoppedPeersDirectoryCanBeInspected() {
    try (MapDbLogStorage storage = started()) {
      storage.persist(append(1));
      storage.persist(append(2));
    }
    StorageInspection found = MapDbLogStorage.inspect(settings());
    assertThat(found.head()).isEqualTo(EntryId.NONE);
    assertThat(found.last()).isEqualTo(new EntryId(1, 2));
    assertThat(found.snapshots()).isEmpty();
    assertThat(found.files()).containsExactly("LOCK", "seg-00000001.db");
  }

  @Test
  void aDirectoryInUseIsRefused() {
    try (MapDbLogStorage first = started()) {
      assertThat(first.commits()).isZero();
      assertThatThrownBy(() -> MapDbLogStorage.open(settings()))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("is in use")
          .hasMessageContaining("Stop the other process");
    }
    MapDbLogStorage.open(settings()).close();
  }

  @Test
  void anotherPeersDirectoryIsRefusedAndLeftAsItIs() {
    try (MapDbLogStorage storage = started()) {
      storage.persist(append(1));
    }
    List<String> before = names();
    try (MapDbLogStorage other =
        MapDbLogStorage.open(new StorageSettings(directory, "test-cluster", new PeerId(9)))) {
      assertThatThrownBy(other::recover)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("belongs to cluster \"test-cluster\", peer-3");
    }
    assertThat(names()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void aPathThatIsNoDirectoryIsRefusedByName() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    StorageSettings wrong = new StorageSettings(file, "test-cluster", new PeerId(9));
    assertThatThrownBy(() -> MapDbLogStorage.open(wrong))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Next step");
  }
}
