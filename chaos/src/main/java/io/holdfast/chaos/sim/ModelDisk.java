package io.holdfast.chaos.sim;

import io.holdfast.raft.Entry;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A disk as the consensus layer sees it: batches are durable wholly or not at all, in order. */
final class ModelDisk implements DiskBackend {
  private final SimWorld world;
  private final DiskImage image = new DiskImage();

  ModelDisk(SimWorld world) {
    this.world = world;
  }

  @Override
  public LogStorage.Recovered recover() {
    return image.recover();
  }

  @Override
  public void commit(List<LogStorage.Batch> group) {
    for (LogStorage.Batch batch : group) {
      String problem = image.apply(batch);
      if (problem != null) {
        world.violate("I14", problem);
      }
    }
  }

  @Override
  public List<Entry> fetch(LogStorage.Fetch request) {
    List<Entry> found = image.read(request.fromIndex(), request.toIndexExclusive());
    List<Entry> answer = new ArrayList<>();
    long bytes = 0;
    for (Entry entry : found) {
      if (!answer.isEmpty() && bytes >= request.bytesMax()) {
        break;
      }
      answer.add(entry);
      bytes += entry.payload().length;
    }
    return answer;
  }

  @Override
  public byte @Nullable [] readSnapshot(SnapshotId id, long offset, int lengthMax) {
    byte[] bytes = image.snapshotBytes(id);
    if (bytes == null) {
      return null;
    }
    int from = (int) Math.min(bytes.length, offset);
    return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + lengthMax));
  }

  @Override
  public @Nullable String store(
      SnapshotDescriptor descriptor, byte[] bytes, @Nullable SnapshotId expected) {
    if (expected != null && !expected.equals(descriptor.id())) {
      return "expected " + expected + " but " + descriptor.id() + " was written";
    }
    image.store(descriptor, bytes);
    return null;
  }

  @Override
  public void crash(List<LogStorage.Batch> undecided, RandomGenerator random) {
    int kept = random.nextInt(undecided.size() + 1);
    if (kept < undecided.size()) {
      world.coverage().mark("disk: unsynced writes lost");
    }
    commit(undecided.subList(0, kept));
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  @Override
  public DiskImage image() {
    return image;
  }

  @Override
  public boolean flipBit(RandomGenerator random) {
    return false;
  }
}
