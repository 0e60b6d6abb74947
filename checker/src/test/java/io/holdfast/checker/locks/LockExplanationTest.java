package io.holdfast.checker.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.checker.CheckOptions;
import io.holdfast.checker.LinearizabilityChecker;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.verdict.Evidence.Counterexample;
import io.holdfast.checker.verdict.Verdict;
import org.junit.jupiter.api.Test;

/** What a person is told of a lock history that contradicts itself. */
class LockExplanationTest {
  private final HistoryBuilder builder = new HistoryBuilder();
  private long nanos;

  @Test
  void theTwoGrantsThatContradictEachOtherAreFoundAmongHundreds() {
    long token = 0;
    for (int round = 0; round < 200; round++) {
      token++;
      grant(round % 5, token);
      refused(5);
      release(round % 5, token);
    }
    grant(1, token + 1);
    refused(6);
    grant(2, token + 2);
    release(1, token + 1);

    Verdict verdict =
        new LinearizabilityChecker(CheckOptions.defaults())
            .check(Models.named("fenced-lock"), builder.build());

    Counterexample found = (Counterexample) verdict.partitions().get(0).evidence();
    assertThat(found.minimal()).containsExactly(600, 602);
    assertThat(found.minimalProven()).isTrue();
  }

  @Test
  void theSmallestSetIsThatOfTheStoryAlthoughAReadWouldDo() {
    grant(1, 1);
    builder.invoke(3, "read", "", null, nanos++);
    builder.invoke(2, "tryAcquire", "", null, nanos++);
    builder.ok(3, LockValue.holder(1, 1), nanos++);
    builder.ok(2, LockValue.token(2), nanos++);
    release(1, 1);

    Verdict verdict =
        new LinearizabilityChecker(CheckOptions.defaults())
            .check(Models.named("fenced-lock"), builder.build());

    Counterexample found = (Counterexample) verdict.partitions().get(0).evidence();
    assertThat(found.minimal()).containsExactly(0, 2);
    assertThat(found.contradicting()).containsExactly(0, 3, 2);
    assertThat(found.sentences())
        .last()
        .asString()
        .startsWith("Process 2's tryAcquire got token 2 cannot be: it returned at");
  }

  private void grant(long process, long token) {
    builder.invoke(process, "tryAcquire", "", null, nanos++);
    builder.ok(process, LockValue.token(token), nanos++);
  }

  private void refused(long process) {
    builder.invoke(process, "tryAcquire", "", null, nanos++);
    builder.fail(process, null, nanos++);
  }

  private void release(long process, long token) {
    builder.invoke(process, "release", "", LockValue.token(token), nanos++);
    builder.ok(process, null, nanos++);
  }
}
