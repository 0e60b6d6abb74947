package io.holdfast.chaos.sim;

import io.holdfast.raft.Entry;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.SnapshotFileWriter;
import io.holdfast.server.storage.StorageCore;
import io.holdfast.server.storage.StorageIdentity;
import io.holdfast.server.storage.StorageLimits;
import io.holdfast.server.storage.testing.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The production storage on a volume in memory, whose un-forced sectors a power cut may lose, keep
 * or tear. After each start what was recovered is compared with what was acknowledged.
 */
final class VolumeDisk implements DiskBackend {
  private static final int WRITES_BEFORE_CUT_MAX = 8;
  private static final String CLUSTER = "simulated";

  private final SimWorld world;
  private final PeerId peer;
  private final StorageLimits limits;
  private final DiskImage image = new DiskImage();
  private SimulatedDisk volume = new SimulatedDisk();
  private @Nullable StorageCore core;
  private List<LogStorage.Batch> undecided = List.of();
  private boolean flipped;

  VolumeDisk(SimWorld world, PeerId peer, StorageLimits limits) {
    this.world = world;
    this.peer = peer;
    this.limits = limits;
  }

  private StorageCore core() {
    StorageCore opened = core;
    if (opened == null) {
      throw new IllegalStateException("the storage of " + peer + " is not open");
    }
    return opened;
  }

  @Override
  public LogStorage.Recovered recover() {
    StorageCore opened = new StorageCore(volume, new StorageIdentity(CLUSTER, peer), limits);
    LogStorage.Recovered found = opened.recover();
    core = opened;
    String problem = compare(found);
    if (problem != null) {
      if (flipped) {
        throw new StorageException("the flipped bit was in what was written last: " + problem);
      }
      world.violate("storage", peer + " recovered what was not stored: " + problem);
    }
    flipped = false;
    image.replace(found);
    undecided = List.of();
    return found;
  }

  /** What was acknowledged, and then any number of the undecided batches, must be there. */
  private @Nullable String compare(LogStorage.Recovered found) {
    String problem = difference(found);
    for (LogStorage.Batch batch : undecided) {
      if (problem == null) {
        return null;
      }
      image.apply(batch);
      problem = difference(found);
    }
    return problem;
  }

  private @Nullable String difference(LogStorage.Recovered found) {
    if (!found.hardState().equals(image.hardState())) {
      return found.hardState() + " instead of " + image.hardState();
    }
    long last = found.head().index() + found.entries().size();
    if (last != image.lastIndex()) {
      return "the log ends at " + last + " instead of " + image.lastIndex();
    }
    for (Entry entry : found.entries()) {
      Entry known = image.entry(entry.index());
      if (known != null && !known.equals(entry)) {
        return "entry " + entry + " instead of " + known;
      }
    }
    return null;
  }

  @Override
  public void commit(List<LogStorage.Batch> group) {
    core().commit(group);
    core().deleteUnneededSegments();
    follow(group);
  }

  private void follow(List<LogStorage.Batch> group) {
    for (LogStorage.Batch batch : group) {
      String problem = image.apply(batch);
      if (problem != null) {
        world.violate("I14", peer + " " + problem);
      }
    }
  }

  @Override
  public List<Entry> fetch(LogStorage.Fetch request) {
    return core().fetch(request);
  }

  @Override
  public byte @Nullable [] readSnapshot(SnapshotId id, long offset, int lengthMax) {
    return core().readSnapshot(id, offset, lengthMax);
  }

  @Override
  public @Nullable String store(
      SnapshotDescriptor descriptor, byte[] bytes, @Nullable SnapshotId expected) {
    SnapshotFileWriter writer =
        core()
            .writeSnapshot(
                new SnapshotDescriptor.Draft(
                    descriptor.last(),
                    descriptor.configuration(),
                    descriptor.configurationEntry()));
    writer.write(bytes);
    try {
      SnapshotFileWriter.Outcome outcome = writer.finish(expected);
      if (outcome.saved() != null) {
        image.store(outcome.saved(), bytes);
      }
      return outcome.rejection();
    } catch (IOException e) {
      throw new StorageException("simulated volume: " + e, e);
    }
  }

  @Override
  public void crash(List<LogStorage.Batch> group, RandomGenerator random) {
    Random choices = new Random(random.nextLong());
    undecided = new ArrayList<>(group);
    SimulatedDisk[] left = new SimulatedDisk[1];
    if (core != null && !group.isEmpty()) {
      int[] until = {choices.nextInt(WRITES_BEFORE_CUT_MAX)};
      volume.observe(
          operation -> {
            if (until[0]-- == 0) {
              left[0] = leftOf(choices);
            }
            if (until[0] < 0) {
              throw new IOException("power cut");
            }
          });
      try {
        core().commit(group);
      } catch (StorageException cut) {
        world.coverage().mark("disk: power cut inside a commit");
      }
    }
    volume = left[0] == null ? leftOf(choices) : left[0];
    core = null;
  }

  private SimulatedDisk leftOf(Random choices) {
    return choices.nextInt(3) == 0 ? volume.afterKill() : volume.afterPowerCut(choices);
  }

  @Override
  public void close() {
    if (core != null) {
      core.closeReaders();
      core.closeLog();
      core = null;
    }
  }

  @Override
  public DiskImage image() {
    return image;
  }

  @Override
  public boolean flipBit(RandomGenerator random) {
    List<String> names = new ArrayList<>(volume.list());
    if (core != null || names.isEmpty()) {
      return false;
    }
    String name = names.get(random.nextInt(names.size()));
    long bits = Math.min(volume.bytes(name).length, 1L << 16) * 8;
    if (bits == 0) {
      return false;
    }
    volume.flipBit(name, (long) (random.nextDouble() * bits));
    flipped = true;
    return true;
  }
}
