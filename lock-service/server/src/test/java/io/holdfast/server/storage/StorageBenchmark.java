package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.server.storage.DiskFiles.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Commits per second of the storage next to a plain file that is appended to and forced, on the
 * same disk. The contenders take turns within a round, so that all of them meet the same
 * neighbours. The command stands in docs/storage.md.
 */
final class StorageBenchmark {
  private static final int ENTRY_BYTES = 200;
  private static final int[] BATCHES = {1, 10, 100};

  private final Path directory;
  private final int rounds;
  private final int commitsPerTurn;
  private final PrintStream out;

  private StorageBenchmark(Path directory, int rounds, int commitsPerTurn, PrintStream out) {
    this.directory = directory;
    this.rounds = rounds;
    this.commitsPerTurn = commitsPerTurn;
    this.out = out;
  }

  /**
   * @param arguments a directory on the disk to be measured; then, if wanted, rounds and commits
   *     per turn
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1) {
      throw new IllegalArgumentException("give a directory on the disk to be measured");
    }
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8;
    int commits = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1_500;
    Path directory =
        Files.createTempDirectory(
            Files.createDirectories(Path.of(arguments[0])), "holdfast-storage-benchmark");
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try {
      new StorageBenchmark(directory, rounds, commits, out).run();
    } finally {
      deleteAll(directory);
    }
  }

  private void run() throws IOException {
    out.printf(
        "%d rounds of %d commits each, entries of %d bytes%n%n",
        rounds, commitsPerTurn, ENTRY_BYTES);
    out.println(
        "| contender | batch | commits/s median | best | entries/s median | p50 us | p99 us |"
            + " to raw |");
    out.println("|---|---|---|---|---|---|---|---|");
    for (int batch : BATCHES) {
      Result raw = new Result("raw append + fsync");
      Result preallocated = new Result("raw, into preallocated space");
      Result core = new Result("storage, one thread");
      Result adapter = new Result("storage, through its threads");
      for (int round = -1; round < rounds; round++) {
        int turn = round;
        turn("raw" + turn, path -> new Raw(path, batch, false), raw, turn >= 0);
        turn("zeros" + turn, path -> new Raw(path, batch, true), preallocated, turn >= 0);
        turn("core" + turn, path -> new Core(path, batch), core, turn >= 0);
        turn("threads" + turn, path -> new Threads(path, batch), adapter, turn >= 0);
      }
      double base = raw.medianCommits();
      for (Result result : List.of(raw, preallocated, core, adapter)) {
        result.print(out, batch, base);
      }
    }
  }

  private void turn(String name, Opener opener, Result result, boolean counts) throws IOException {
    Path own = Files.createDirectories(directory.resolve(name));
    try (Contender contender = opener.open(own)) {
      long[] nanos = new long[commitsPerTurn];
      long begin = System.nanoTime();
      for (int i = 0; i < commitsPerTurn; i++) {
        long before = System.nanoTime();
        contender.commit();
        nanos[i] = System.nanoTime() - before;
      }
      if (counts) {
        result.add(commitsPerTurn * 1e9 / (System.nanoTime() - begin), nanos);
      }
    }
    deleteAll(own);
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private interface Opener {
    Contender open(Path directory) throws IOException;
  }

  private interface Contender extends Closeable {
    void commit() throws IOException;
  }

  private static List<Entry> entries(Random random, long from, int count) {
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] payload = new byte[ENTRY_BYTES];
      random.nextBytes(payload);
      entries.add(Entry.command(new EntryId(1, from + i), payload));
    }
    return entries;
  }

  /**
   * The same checksummed frames, one after the other in a file that grows: what any log must do.
   */
  private static final class Raw implements Contender {
    private final Random random = new Random(1);
    private final int batch;
    private final boolean preallocating;
    private final DiskFile file;
    private long next = 1;
    private long offset;
    private long preallocated;

    Raw(Path directory, int batch, boolean preallocating) throws IOException {
      this.batch = batch;
      this.preallocating = preallocating;
      this.file = new LocalDiskFiles(directory).create("raw");
    }

    @Override
    public void commit() throws IOException {
      ByteBuffer frame =
          LogCodec.encode(List.of(new LogOperation.Append(entries(random, next, batch))));
      byte[] bytes = Frame.seal(frame, 1, next, next - 1);
      if (preallocating && offset + bytes.length > preallocated) {
        byte[] zeros = new byte[StorageLimits.DEFAULT.preallocateBytes()];
        file.write(preallocated, zeros, 0, zeros.length);
        preallocated += zeros.length;
      }
      file.write(offset, bytes, 0, bytes.length);
      file.force();
      offset += bytes.length;
      next += batch;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private static final class Core implements Contender {
    private final Random random = new Random(1);
    private final int batch;
    private final StorageCore core;
    private long next = 1;

    Core(Path directory, int batch) {
      this.batch = batch;
      this.core =
          new StorageCore(new LocalDiskFiles(directory), Workload.IDENTITY, StorageLimits.DEFAULT);
      core.recover();
    }

    @Override
    public void commit() {
      core.commit(List.of(new Batch(1, null, null, 0, entries(random, next, batch))));
      next += batch;
    }

    @Override
    public void close() {
      core.closeLog();
    }
  }

  /** One batch at a time, handed over and waited for. */
  private static final class Threads implements Contender {
    private final Random random = new Random(1);
    private final int batch;
    private final RecordingListener listener = new RecordingListener();
    private final MapDbLogStorage storage;
    private long next = 1;
    private long number;

    Threads(Path directory, int batch) {
      this.batch = batch;
      this.storage =
          MapDbLogStorage.open(
              new StorageSettings(directory, Workload.IDENTITY, StorageLimits.DEFAULT));
      storage.recover();
      storage.start(listener);
    }

    @Override
    public void commit() {
      storage.persist(new Batch(++number, null, null, 0, entries(random, next, batch)));
      next += batch;
      listener.awaitAcknowledged(number);
      if (!listener.failures.isEmpty()) {
        throw new UncheckedIOException(new IOException(listener.failures.get(0)));
      }
    }

    @Override
    public void close() {
      storage.close();
    }
  }

  private static final class Result {
    private final String name;
    private final List<Double> commitsPerSecond = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    Result(String name) {
      this.name = name;
    }

    void add(double rate, long[] times) {
      commitsPerSecond.add(rate);
      for (long time : times) {
        nanos.add(time);
      }
    }

    double medianCommits() {
      return commitsPerSecond.stream()
          .sorted()
          .skip(commitsPerSecond.size() / 2)
          .findFirst()
          .orElseThrow();
    }

    void print(PrintStream out, int batch, double base) {
      double median = medianCommits();
      double best = commitsPerSecond.stream().max(Double::compare).orElseThrow();
      List<Long> sorted = nanos.stream().sorted().toList();
      out.printf(
          "| %s | %d | %,.0f | %,.0f | %,.0f | %d | %d | %.2f |%n",
          name,
          batch,
          median,
          best,
          median * batch,
          sorted.get(sorted.size() / 2) / 1000,
          sorted.get(sorted.size() * 99 / 100) / 1000,
          median / base);
    }
  }
}
