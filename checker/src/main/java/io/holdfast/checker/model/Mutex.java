package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A lock that does not know its holder: {@code acquire} and {@code tryAcquire} need it free, {@code
 * release} needs it held. A {@code tryAcquire} that failed found it held, a {@code release} that
 * failed found it free; an {@code acquire} that failed observed nothing.
 */
public final class Mutex implements Model<Boolean> {
  /** Makes the model. */
  public Mutex() {}

  @Override
  public String name() {
    return "mutex";
  }

  @Override
  public Boolean initial() {
    return false;
  }

  @Override
  public Step<Boolean> step(Boolean held, Operation operation) {
    boolean failed = operation.outcome() == Outcome.FAIL;
    if (operation.function().equals("release")) {
      if (failed) {
        return held
            ? Step.refused(Violation.RELEASE_REFUSED, () -> "it was refused while the lock is held")
            : Step.to(false);
      }
      return held
          ? Step.to(false)
          : Step.refused(Violation.RELEASE_BY_NON_HOLDER, () -> "the lock is free");
    }
    if (failed) {
      return held
          ? Step.to(true)
          : Step.refused(Violation.BUSY_WHILE_FREE, () -> "it was refused while the lock is free");
    }
    return held
        ? Step.refused(Violation.DOUBLE_GRANT, () -> "the lock is held already")
        : Step.to(true);
  }

  @Override
  public boolean isReadOnly(Operation operation) {
    return operation.outcome() == Outcome.FAIL;
  }

  @Override
  public boolean isRelevant(Operation operation) {
    return operation.outcome() != Outcome.FAIL || !operation.function().equals("acquire");
  }

  @Override
  public Object signature(Operation operation) {
    boolean release = operation.function().equals("release");
    return Arrays.asList(release, operation.outcome() == Outcome.FAIL);
  }

  @Override
  public @Nullable String problem(Operation operation) {
    return switch (operation.function()) {
      case "acquire", "tryAcquire", "release" -> null;
      default -> Problems.unknownFunction(this, operation, "acquire, tryAcquire or release");
    };
  }

  @Override
  public String describeState(Boolean held) {
    return held ? "the lock is held" : "the lock is free";
  }
}
