package io.holdfast.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.tracker.PeerTracker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Interaction traces: each block of a trace file is one or more verb lines, {@code ----}, and what
 * they brought about. {@code -Dtrace.rewrite=true} writes what happens into the files, to be
 * reviewed as a diff.
 *
 * <p>Verbs: {@code cluster n [messages bytes]}, {@code add id term logTerm...}, {@code elect id},
 * {@code timeout id}, {@code tick id millis}, {@code propose id count bytes}, {@code deliver [from]
 * [to]} (0 for any), {@code drop [from] [to]}, {@code durable id [batch]}, {@code settle}, {@code
 * read id ticket}, {@code transfer id to}, {@code disconnect id peer}, {@code overwrite from to
 * term previousTerm previousIndex}, {@code snapshot id}, {@code snapfail id peer}, {@code status},
 * {@code quiet} (forgets what happened so far).
 */
class TraceTest {
  private static final Path TRACES = Path.of("src/test/resources/io/holdfast/raft/core/traces");

  @TestFactory
  Stream<DynamicTest> traces() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(TRACES)) {
      files = found.filter(path -> path.toString().endsWith(".trace")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> run(file)));
  }

  private static void run(Path file) throws IOException {
    String expected = Files.readString(file);
    String actual = new Run().replay(expected.lines().toList());
    if (Boolean.getBoolean("trace.rewrite")) {
      Files.writeString(file, actual);
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  /** One file being replayed. */
  private static final class Run {
    private CoreBench bench = CoreBench.ofFresh(3);

    String replay(List<String> lines) {
      StringBuilder out = new StringBuilder();
      boolean expectation = false;
      for (String line : lines) {
        if (line.equals("----")) {
          out.append("----\n");
          bench.takeEvents().forEach(event -> out.append(event).append('\n'));
          out.append('\n');
          expectation = true;
        } else if (line.isBlank()) {
          expectation = false;
        } else if (!expectation) {
          out.append(line).append('\n');
          if (!line.startsWith("#")) {
            perform(line.split(" +", -1));
          }
        }
      }
      return out.toString();
    }

    private void perform(String[] words) {
      List<Long> numbers = new ArrayList<>();
      for (int i = 1; i < words.length; i++) {
        numbers.add(Long.parseLong(words[i]));
      }
      int first = numbers.isEmpty() ? 0 : numbers.get(0).intValue();
      switch (words[0]) {
        case "cluster" -> cluster(numbers);
        case "add" -> add(numbers);
        case "elect" -> bench.elect(first);
        case "timeout" -> bench.timeOut(first);
        case "tick" -> bench.tick(first, numbers.get(1));
        case "propose" -> propose(first, numbers.get(1), numbers.get(2).intValue());
        case "deliver" -> bench.deliver(between(numbers));
        case "drop" -> bench.drop(between(numbers));
        case "durable" -> {
          if (numbers.size() > 1) {
            bench.durable(first, numbers.get(1));
          } else {
            bench.durable(first);
          }
        }
        case "settle" -> bench.settle();
        case "quiet" -> bench.takeEvents();
        case "read" -> {
          bench.core(first).readIndex(numbers.get(1));
          bench.collect(first);
        }
        case "transfer" -> {
          bench.core(first).transferLeadership(CoreBench.id(numbers.get(1).intValue()));
          bench.collect(first);
        }
        case "disconnect" -> {
          bench.core(first).peerDisconnected(CoreBench.id(numbers.get(1).intValue()));
          bench.collect(first);
        }
        case "overwrite" -> overwrite(numbers);
        case "snapshot" -> bench.snapshot(first);
        case "snapfail" -> {
          bench.core(first).snapshotTransferFailed(CoreBench.id(numbers.get(1).intValue()));
          bench.collect(first);
        }
        case "status" -> status();
        default -> throw new IllegalArgumentException("unknown verb " + words[0]);
      }
    }

    private void cluster(List<Long> numbers) {
      int size = numbers.get(0).intValue();
      ReplicationLimits usual = ReplicationLimits.DEFAULT;
      ReplicationLimits limits =
          numbers.size() < 3
              ? usual
              : new ReplicationLimits(
                  numbers.get(2).intValue(),
                  numbers.get(1).intValue(),
                  usual.inflightBytesMax(),
                  usual.uncommittedBytesMax(),
                  usual.pendingReadsMax(),
                  usual.logCacheBytesMax());
      bench = new CoreBench(size, limits);
      for (int id = 1; id <= size; id++) {
        bench.add(id, 0);
      }
    }

    private void add(List<Long> numbers) {
      List<Entry> entries = new ArrayList<>();
      for (int i = 2; i < numbers.size(); i++) {
        entries.add(Entry.noOp(new EntryId(numbers.get(i), i - 1)));
      }
      bench.add(numbers.get(0).intValue(), new HardState(numbers.get(1), null), entries);
    }

    private void propose(int id, long count, int bytes) {
      for (long i = 0; i < count; i++) {
        bench.core(id).propose(new byte[bytes]);
      }
      bench.collect(id);
    }

    private void overwrite(List<Long> numbers) {
      EntryId previous = new EntryId(numbers.get(3), numbers.get(4));
      Entry entry = Entry.noOp(new EntryId(numbers.get(2), previous.index() + 1));
      bench.step(
          numbers.get(0).intValue(),
          numbers.get(1).intValue(),
          new Message.AppendEntries(numbers.get(2), previous, List.of(entry), 0, 0));
    }

    private static Predicate<CoreBench.Envelope> between(List<Long> numbers) {
      long from = numbers.isEmpty() ? 0 : numbers.get(0);
      long to = numbers.size() < 2 ? 0 : numbers.get(1);
      return envelope ->
          (from == 0 || envelope.from().value() == from)
              && (to == 0 || envelope.to().value() == to);
    }

    private void status() {
      for (int id : bench.ids()) {
        RaftCore core = bench.core(id);
        bench.note(
            "%d %s term=%d last=%s durable=%d commit=%d applied=%d"
                .formatted(
                    id,
                    core.role(),
                    core.currentTerm(),
                    core.lastEntry(),
                    core.durableIndex(),
                    core.commitIndex(),
                    core.appliedIndex()));
        for (PeerTracker tracker : core.trackers()) {
          bench.note("    " + tracker + " inflight=" + tracker.inflightMessages());
        }
      }
    }
  }
}
