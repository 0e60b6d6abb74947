package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A lock that knows its holder, without tokens: only the holder releases it. If it is reentrant its
 * holder may acquire it again and must release it as often. A {@code tryAcquire} that failed found
 * it held by another process, a {@code release} that failed found this process not to hold it; an
 * {@code acquire} that failed observed nothing.
 */
public final class OwnerMutex implements Model<OwnerMutex.Hold>, ForcedOrderModel {
  /**
   * Who holds the lock.
   *
   * @param count how often the holder acquired it, 0 when it is free
   * @param holder process that holds it, 0 when it is free
   */
  public record Hold(int count, long holder) {
    private boolean by(long process) {
      return count > 0 && holder == process;
    }
  }

  private static final Hold FREE = new Hold(0, 0);

  private final boolean reentrant;

  private OwnerMutex(boolean reentrant) {
    this.reentrant = reentrant;
  }

  /** A lock that its holder cannot acquire again. */
  public static OwnerMutex plain() {
    return new OwnerMutex(false);
  }

  /** A lock that its holder can acquire again. */
  public static OwnerMutex reentrant() {
    return new OwnerMutex(true);
  }

  @Override
  public @Nullable LockRules forcedOrder() {
    return reentrant ? null : LockRules.WITHOUT_TOKENS;
  }

  @Override
  public String name() {
    return reentrant ? "reentrant-mutex" : "owner-mutex";
  }

  @Override
  public Hold initial() {
    return FREE;
  }

  @Override
  public Step<Hold> step(Hold state, Operation operation) {
    long process = operation.process();
    boolean failed = operation.outcome() == Outcome.FAIL;
    if (operation.function().equals("release")) {
      return failed ? refusedRelease(state, process) : release(state, process);
    }
    if (failed) {
      return state.count() > 0 && state.holder() != process
          ? Step.to(state)
          : Step.refused(
              Violation.BUSY_WHILE_FREE,
              () -> "it was refused while " + describeState(state) + ", by no other process");
    }
    if (state.count() == 0) {
      return Step.to(new Hold(1, process));
    }
    return reentrant && state.by(process)
        ? Step.to(new Hold(state.count() + 1, process))
        : Step.refused(Violation.DOUBLE_GRANT, () -> describeState(state));
  }

  private Step<Hold> release(Hold state, long process) {
    if (!state.by(process)) {
      return Step.refused(Violation.RELEASE_BY_NON_HOLDER, () -> describeState(state));
    }
    return Step.to(state.count() == 1 ? FREE : new Hold(state.count() - 1, process));
  }

  private Step<Hold> refusedRelease(Hold state, long process) {
    return state.by(process)
        ? Step.refused(
            Violation.RELEASE_REFUSED, () -> "it was refused although " + describeState(state))
        : Step.to(state);
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
    return Arrays.asList(operation.process(), release, operation.outcome() == Outcome.FAIL);
  }

  @Override
  public @Nullable String problem(Operation operation) {
    return switch (operation.function()) {
      case "acquire", "tryAcquire", "release" -> null;
      default -> Problems.unknownFunction(this, operation, "acquire, tryAcquire or release");
    };
  }

  @Override
  public String describeState(Hold state) {
    return switch (state.count()) {
      case 0 -> "the lock is free";
      case 1 -> "process " + state.holder() + " holds the lock";
      default -> "process " + state.holder() + " holds the lock " + state.count() + " times";
    };
  }
}
