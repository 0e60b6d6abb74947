package io.holdfast.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.HistoryException;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.model.Step;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence.Cause;
import io.holdfast.checker.verdict.Evidence.Undecided;
import io.holdfast.checker.verdict.PartitionVerdict;
import io.holdfast.checker.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens when time or memory runs out, and that a hard key does not starve an easy one. */
class BudgetTest {
  private static final int HARD = 26;

  @Test
  @Timeout(120)
  void aSearchThatRunsOutOfTimeIsUnknown() {
    HistoryBuilder builder = new HistoryBuilder();
    addHardKey(builder, "hard", 0, HARD);
    Verdict verdict =
        check(CheckOptions.defaults().withTimeLimit(Duration.ofMillis(300)), builder.build());
    assertThat(verdict.conclusion()).isEqualTo(Conclusion.UNKNOWN);
    assertThat(undecided(verdict, 0).cause()).isEqualTo(Cause.TIME);
    assertThat(undecided(verdict, 0).explanation()).contains("300 ms");
  }

  @Test
  @Timeout(120)
  void aSearchThatRunsOutOfMemoryIsUnknown() {
    HistoryBuilder builder = new HistoryBuilder();
    addHardKey(builder, "hard", 0, HARD);
    Verdict verdict =
        check(CheckOptions.defaults().withMemoryLimitBytes(4L << 20), builder.build());
    assertThat(verdict.conclusion()).isEqualTo(Conclusion.UNKNOWN);
    assertThat(undecided(verdict, 0).cause()).isEqualTo(Cause.MEMORY);
    assertThat(undecided(verdict, 0).explanation()).contains("4 MiB");
  }

  @Test
  @Timeout(120)
  void aHardKeyDoesNotStarveOneThatIsEasilyRefuted() {
    HistoryBuilder builder = new HistoryBuilder();
    addHardKey(builder, "hard", 0, HARD);
    addHardKey(builder, "hard too", 1000, HARD);
    for (int i = 0; i < 100; i++) {
      builder.invoke(5000, "add", "easy", 1L, 10_000 + i);
      builder.ok(5000, null, 10_000 + i);
    }
    builder.invoke(5000, "read", "easy", null, 20_000);
    builder.ok(5000, 99L, 20_000);
    Verdict verdict = check(CheckOptions.defaults().withThreads(1), builder.build());
    assertThat(verdict.conclusion()).isEqualTo(Conclusion.INVALID);
    assertThat(verdict.partitions())
        .extracting(PartitionVerdict::conclusion)
        .containsExactly(Conclusion.UNKNOWN, Conclusion.UNKNOWN, Conclusion.INVALID);
    assertThat(undecided(verdict, 0).cause()).isEqualTo(Cause.STOPPED);
  }

  @Test
  void operationsTheModelDoesNotKnowAreBadInput() {
    HistoryBuilder builder = new HistoryBuilder();
    builder.invoke(1, "jump", "", null, 0);
    builder.ok(1, null, 1);
    History history = builder.build();
    assertThatThrownBy(() -> check(CheckOptions.defaults(), history))
        .isInstanceOf(HistoryException.class)
        .hasMessageContaining("unknown operation \"jump\"")
        .hasMessageContaining("expected");
  }

  @Test
  void aModelThatThrowsIsNamedAndNotHidden() {
    Model<Integer> broken =
        new Model<>() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public Integer initial() {
            return 0;
          }

          @Override
          public Step<Integer> step(Integer state, Operation operation) {
            throw new UnsupportedOperationException("no step");
          }
        };
    HistoryBuilder builder = new HistoryBuilder();
    builder.invoke(1, "x", "", null, 0);
    builder.ok(1, null, 1);
    History history = builder.build();
    assertThatThrownBy(
            () -> new LinearizabilityChecker(CheckOptions.defaults()).check(broken, history))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no step");
  }

  @Test
  void aModelOfAFewLinesMayBeNonDeterministic() {
    Model<Long> coin =
        new Model<>() {
          @Override
          public String name() {
            return "coin";
          }

          @Override
          public Long initial() {
            return 0L;
          }

          @Override
          public Step<Long> step(Long state, Operation operation) {
            return operation.function().equals("toss")
                ? Step.toAny(List.of(1L, 2L))
                : state.equals(operation.output())
                    ? Step.to(state)
                    : Step.refused(
                        io.holdfast.checker.verdict.Violation.STALE_READ, () -> "it is " + state);
          }
        };
    for (long seen = 0; seen < 4; seen++) {
      HistoryBuilder builder = new HistoryBuilder();
      builder.invoke(1, "toss", "", null, 0);
      builder.ok(1, null, 1);
      builder.invoke(1, "look", "", null, 2);
      builder.ok(1, seen, 3);
      builder.invoke(1, "look", "", null, 4);
      builder.ok(1, seen == 3 ? 1L : seen, 5);
      Verdict verdict =
          new LinearizabilityChecker(CheckOptions.defaults()).check(coin, builder.build());
      assertThat(verdict.conclusion())
          .isEqualTo(seen == 1 || seen == 2 ? Conclusion.VALID : Conclusion.INVALID);
    }
  }

  /** Different amounts, all open at once, and a sum that no part of them has. */
  private static void addHardKey(HistoryBuilder builder, String key, long processes, int count) {
    for (int i = 0; i < count; i++) {
      builder.invoke(processes + i, "add", key, 2L << i, processes);
    }
    builder.invoke(processes + 500, "read", key, null, processes + 500);
    builder.ok(processes + 500, 1L, processes + 500);
    for (int i = 0; i < count; i++) {
      builder.ok(processes + i, null, processes + 500);
    }
  }

  private static Verdict check(CheckOptions options, History history) {
    return new LinearizabilityChecker(options).check(Models.named("counter"), history);
  }

  private static Undecided undecided(Verdict verdict, int partition) {
    return (Undecided) verdict.partitions().get(partition).evidence();
  }
}
