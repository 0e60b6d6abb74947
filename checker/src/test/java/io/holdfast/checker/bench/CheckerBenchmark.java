package io.holdfast.checker.bench;

import io.holdfast.checker.CheckOptions;
import io.holdfast.checker.LinearizabilityChecker;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.HistoryException;
import io.holdfast.checker.input.HistoryReader;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Prints a table of times per dataset: the first repetition, then of the warm ones the median and
 * the best, which a busy machine disturbs least. The check is single-threaded and includes the
 * replay of the witness or the whole evidence. A dataset is repeated until both the repetitions and
 * three seconds are reached, so that short checks are compiled before they count.
 *
 * <p>Arguments: least repetitions (20), and a folder of Porcupine's test data with {@code jepsen}
 * and {@code kv} in it, where there is one.
 */
public final class CheckerBenchmark {
  private static final long MEBIBYTE = 1 << 20;
  private static final long DATASET_NANOS = Duration.ofSeconds(3).toNanos();

  private final int repetitions;

  private CheckerBenchmark(int repetitions) {
    this.repetitions = repetitions;
  }

  /** Runs all datasets. */
  public static void main(String[] arguments) throws IOException {
    int repetitions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    CheckerBenchmark benchmark = new CheckerBenchmark(repetitions);
    System.out.printf(
        "%-44s %10s %10s %10s  %s%n", "dataset", "first ms", "median ms", "best ms", "verdict");
    benchmark.locks();
    benchmark.appends();
    if (arguments.length > 1) {
      benchmark.folder(Path.of(arguments[1], "jepsen"), "cas-register");
      benchmark.folder(Path.of(arguments[1], "kv"), "kv");
    }
    benchmark.reading();
    benchmark.memory();
  }

  private void locks() {
    int[][] sizes = {{5, 1_000}, {20, 1_000}, {50, 1_000}, {20, 10_000}, {5, 10_000}, {50, 20_000}};
    for (int[] size : sizes) {
      History history = LockHistories.history(size[0], size[0] * size[1], 7);
      String name = size[0] + " clients x " + size[1] + " operations, ";
      time(name + "fenced-lock", Models.named("fenced-lock"), List.of(history), true);
      time(name + "leased-lock", Models.named("leased-lock"), List.of(history), true);
      if (history.size() <= 200_000) {
        time(name + "by search", Models.named("fenced-lock"), List.of(history), false);
      }
    }
  }

  /** Fifty clients that append to ten keys, as Porcupine's c50 files have it. */
  private void appends() {
    time("50 clients append to 10 keys, good", Models.named("kv"), List.of(appends(false)), true);
    time("50 clients append to 10 keys, bad", Models.named("kv"), List.of(appends(true)), true);
  }

  private static History appends(boolean lie) {
    Random random = new Random(11);
    HistoryBuilder builder = new HistoryBuilder();
    String[] store = new String[10];
    java.util.Arrays.fill(store, "");
    int[] step = new int[50];
    int[] key = new int[50];
    String[] text = new String[50];
    int done = 0;
    while (done < 1_700) {
      int client = random.nextInt(50);
      switch (step[client]) {
        case 0 -> {
          key[client] = random.nextInt(10);
          boolean get = random.nextBoolean();
          text[client] = get ? null : "x " + client + " " + done + " y";
          builder.invoke(client, get ? "get" : "append", "" + key[client], text[client], done);
        }
        case 1 -> {
          if (text[client] == null) {
            text[client] = store[key[client]];
            boolean wrong = lie && random.nextInt(200) == 0 && text[client].length() > 20;
            text[client] = wrong ? text[client].substring(10) : text[client];
          } else {
            store[key[client]] += text[client];
          }
        }
        default -> {
          builder.ok(client, text[client], done++);
          step[client] = -1;
        }
      }
      step[client]++;
    }
    return builder.build();
  }

  private void folder(Path folder, String model) throws IOException {
    List<History> all = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(file -> file.toFile().length() > 0).sorted().toList();
    }
    for (Path file : files) {
      History history = HistoryReader.read(file, Optional.empty()).history();
      all.add(history);
      if (model.equals("kv")) {
        time(file.getFileName().toString(), Models.named(model), List.of(history), true);
      }
    }
    if (!model.equals("kv")) {
      time(files.size() + " files of " + folder, Models.named(model), all, true);
    }
  }

  private void reading() throws IOException {
    Path file = Files.createTempFile("holdfast-bench", ".jsonl");
    try {
      try (Writer out = Files.newBufferedWriter(file)) {
        LockHistories.write(out, 50, 1_000_000, 7);
      }
      List<Long> totals = new ArrayList<>();
      for (int i = 0; i < Math.min(repetitions, 8); i++) {
        long began = System.nanoTime();
        HistoryReader.read(file, Optional.empty());
        totals.add(System.nanoTime() - began);
      }
      row("read 1,000,000 operations, " + Files.size(file) / MEBIBYTE + " MiB", totals, "");
    } finally {
      Files.delete(file);
    }
  }

  /** Live heap that a check of 50,000 operations leaves in use at its end, with the history. */
  private void memory() {
    System.gc();
    long before = used();
    History history = LockHistories.history(5, 50_000, 7);
    CheckOptions options = CheckOptions.defaults().withThreads(1).withForcedOrder(false);
    long[] most = {0};
    LinearizabilityChecker checker =
        new LinearizabilityChecker(
            options.withProgress(
                (decided, partitions, steps) -> {
                  System.gc();
                  most[0] = Math.max(most[0], used() - before);
                }));
    Verdict verdict = checker.check(Models.named("fenced-lock"), history);
    System.out.printf(
        Locale.ROOT,
        "live heap, 50,000 operations of 5 clients, by search: %.1f MiB, %s%n",
        (double) most[0] / MEBIBYTE,
        verdict.conclusion().word());
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private void time(String name, Model<?> model, List<History> histories, boolean forcedOrder) {
    CheckOptions options =
        CheckOptions.defaults()
            .withThreads(1)
            .withForcedOrder(forcedOrder)
            .withTimeLimit(Duration.ofSeconds(100));
    List<Long> totals = new ArrayList<>();
    Conclusion all = Conclusion.VALID;
    long began = System.nanoTime();
    while (totals.size() < repetitions || System.nanoTime() - began < DATASET_NANOS) {
      long start = System.nanoTime();
      for (History history : histories) {
        all = all.and(decide(options, model, history));
      }
      totals.add(System.nanoTime() - start);
    }
    row(name, totals, all.word());
  }

  private static Conclusion decide(CheckOptions options, Model<?> model, History history) {
    try {
      return new LinearizabilityChecker(options).check(model, history).conclusion();
    } catch (HistoryException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void row(String name, List<Long> nanos, String verdict) {
    List<Long> warm = nanos.stream().skip(nanos.size() / 2).sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "%-44s %10.2f %10.2f %10.2f  %s%n",
        name,
        nanos.get(0) / 1e6,
        warm.get(warm.size() / 2) / 1e6,
        warm.get(0) / 1e6,
        verdict);
  }
}
