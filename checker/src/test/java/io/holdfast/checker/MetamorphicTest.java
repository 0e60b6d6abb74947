package io.holdfast.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.checker.fuzz.RandomHistories;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.history.ValueSlot;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.PartitionVerdict;
import io.holdfast.checker.verdict.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes that must not change the verdict: shifting times, renaming, merging independent keys. */
class MetamorphicTest {
  private static final int HISTORIES = 200;
  private static final long RENAMING = 1_000_003;

  static Stream<String> models() {
    return Models.NAMES.stream();
  }

  /** One event of a history, to be put together anew. */
  private record Event(Operation operation, boolean invocation, String key, long nanos) {}

  @ParameterizedTest
  @MethodSource("models")
  void shiftingTimesAndRenamingProcessesChangesNothing(String name) {
    Model<?> model = Models.named(name);
    for (long seed = 0; seed < HISTORIES; seed++) {
      History history = RandomHistories.history(model, seed);
      History changed =
          rebuild(events(history, "renamed", 77_000_000_000L), process -> process + RENAMING);
      assertThat(conclude(model, changed)).as("seed %d", seed).isEqualTo(conclude(model, history));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void mergingIndependentKeysChangesNoKeysVerdict(String name) {
    Model<?> model = Models.named(name);
    for (long seed = 0; seed < HISTORIES; seed++) {
      Random random = new Random(seed);
      List<Event> merged = new ArrayList<>();
      List<Conclusion> expected = new ArrayList<>();
      for (int part = 0; part < 3; part++) {
        History history = RandomHistories.history(model, seed + part * 10_000L);
        List<Event> events = events(history, "key " + part, 0);
        expected.add(conclude(model, history));
        merged = interleave(random, merged, events, part * 1000L);
      }
      Verdict verdict =
          new LinearizabilityChecker(CheckOptions.defaults().withThreads(2).withFailFast(false))
              .check(model, rebuild(merged, process -> process));
      for (int part = 0; part < 3; part++) {
        String key = "key " + part;
        Conclusion found =
            verdict.partitions().stream()
                .filter(partition -> partition.key().equals(key))
                .map(PartitionVerdict::conclusion)
                .findFirst()
                .orElseThrow();
        assertThat(found).as("seed %d, %s", seed, key).isEqualTo(expected.get(part));
      }
    }
  }

  private static Conclusion conclude(Model<?> model, History history) {
    return new LinearizabilityChecker(CheckOptions.defaults().withThreads(1))
        .check(model, history)
        .conclusion();
  }

  private static List<Event> events(History history, String key, long shift) {
    List<Event> events = new ArrayList<>();
    for (Operation operation : history.operations()) {
      events.add(new Event(operation, true, key, operation.invokedNanos() + shift));
      if (!operation.isPending()) {
        events.add(new Event(operation, false, key, operation.returnedNanos() + shift));
      } else {
        // Of unknown outcome from the start, as far as the order of events goes.
        events.add(new Event(operation, false, key, operation.invokedNanos() + shift));
      }
    }
    events.sort(Comparator.comparingInt(MetamorphicTest::position));
    return events;
  }

  /** Twice the position, so that the news of an unknown outcome follows its invocation. */
  private static int position(Event event) {
    Operation operation = event.operation();
    if (event.invocation()) {
      return 2 * operation.invokedAt();
    }
    return operation.isPending() ? 2 * operation.invokedAt() + 1 : 2 * operation.returnedAt();
  }

  /** Both in their own order; times are not compared across keys, so that they may be lost. */
  private static List<Event> interleave(
      Random random, List<Event> one, List<Event> other, long processes) {
    List<Event> result = new ArrayList<>();
    int first = 0;
    int second = 0;
    while (first < one.size() || second < other.size()) {
      boolean takeFirst =
          second == other.size()
              || (first < one.size()
                  && (one.get(first).nanos() < other.get(second).nanos()
                      || (one.get(first).nanos() == other.get(second).nanos()
                          && random.nextBoolean())));
      if (takeFirst) {
        result.add(one.get(first++));
      } else {
        result.add(moved(other.get(second++), processes));
      }
    }
    return result;
  }

  private static Event moved(Event event, long processes) {
    Operation old = event.operation();
    Operation operation =
        new Operation(
            old.id(),
            old.process() + processes,
            old.function(),
            old.key(),
            old.input(),
            owned(old.output(), processes),
            old.outcome(),
            old.invokedAt(),
            old.returnedAt(),
            old.invokedNanos(),
            old.returnedNanos());
    return new Event(operation, event.invocation(), event.key(), event.nanos());
  }

  /** The value with its owner renamed. */
  private static @Nullable Object owned(@Nullable Object value, long processes) {
    return value instanceof LockValue lock && lock.owner() != LockValue.NONE
        ? LockValue.holder(lock.token(), lock.owner() + processes)
        : value;
  }

  private static History rebuild(List<Event> events, LongUnaryOperator renaming) {
    HistoryBuilder builder = new HistoryBuilder();
    ValueSlot slot = new ValueSlot();
    for (Event event : events) {
      Operation operation = event.operation();
      long process = renaming.applyAsLong(operation.process());
      if (event.invocation()) {
        builder.invoke(
            process, operation.function(), event.key(), operation.input(), event.nanos());
      } else {
        slot.set(owned(operation.output(), process - operation.process()));
        Outcome outcome = operation.outcome();
        builder.complete(process, outcome, -1, slot, event.nanos());
      }
    }
    return builder.build();
  }
}
