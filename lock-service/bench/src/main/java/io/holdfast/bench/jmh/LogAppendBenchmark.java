package io.holdfast.bench.jmh;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.server.storage.StorageCore;
import io.holdfast.server.storage.StorageIdentity;
import io.holdfast.server.storage.StorageLimits;
import io.holdfast.server.storage.testing.SimulatedDisk;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One commit of the log on a disk in memory: encoding, checksum and MapDB's pages, without the time
 * of a real disk.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LogAppendBenchmark {
  /** Entries of a commit. */
  @Param({"1", "16", "128"})
  public int entries;

  private StorageCore storage = newStorage();
  private long nextIndex;
  private long nextBatch;

  /** A fresh disk for each iteration, so that memory does not fill up. */
  @Setup(Level.Iteration)
  public void freshDisk() {
    storage = newStorage();
    nextIndex = 1;
    nextBatch = 1;
  }

  private static StorageCore newStorage() {
    StorageCore storage =
        new StorageCore(
            new SimulatedDisk(),
            new StorageIdentity("bench", new PeerId(1)),
            StorageLimits.DEFAULT);
    var unused = storage.recover();
    return storage;
  }

  @Benchmark
  public long commit() {
    storage.commit(
        List.of(new Batch(nextBatch++, null, null, 0, Samples.entries(nextIndex, entries))));
    nextIndex += entries;
    return nextIndex;
  }
}
