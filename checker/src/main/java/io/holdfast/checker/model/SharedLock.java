package io.holdfast.checker.model;

import static io.holdfast.checker.history.LockValue.NONE;

import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A lock that one process holds exclusively or several share. Grants may carry tokens, which then
 * increase. A {@code tryAcquire} that failed found the lock held by another process: a shared
 * request may be refused beside shared holders, since it waits behind an exclusive one.
 */
public final class SharedLock implements Model<SharedLock.State> {
  /**
   * One hold.
   *
   * @param process who holds
   * @param token token of the grant, {@link LockValue#NONE} when it is unknown
   */
  public record Hold(long process, long token) {}

  /**
   * The lock at one point.
   *
   * @param exclusive whether the only hold excludes others
   * @param holds the holds, by process
   * @param last the greatest token seen
   */
  public record State(boolean exclusive, List<Hold> holds, long last) {
    private @Nullable Hold of(long process) {
      for (Hold hold : holds) {
        if (hold.process() == process) {
          return hold;
        }
      }
      return null;
    }

    private State without(Hold gone) {
      List<Hold> rest = new ArrayList<>(holds);
      rest.remove(gone);
      return new State(exclusive && !rest.isEmpty(), List.copyOf(rest), last);
    }

    private State with(Hold more, boolean exclusively) {
      List<Hold> all = new ArrayList<>(holds);
      all.add(more);
      all.sort(Comparator.comparingLong(Hold::process));
      return new State(exclusively, List.copyOf(all), more.token() == NONE ? last : more.token());
    }
  }

  /** Makes the model. */
  public SharedLock() {}

  @Override
  public String name() {
    return "rw-lock";
  }

  @Override
  public State initial() {
    return new State(false, List.of(), 0);
  }

  @Override
  public Step<State> step(State state, Operation operation) {
    boolean failed = operation.outcome() == Outcome.FAIL;
    return switch (operation.function()) {
      case "release" -> failed ? refusedRelease(state, operation) : release(state, operation);
      case "expire" -> expire(state, operation);
      case "read" -> read(state, operation);
      default -> failed ? busy(state, operation) : grant(state, operation);
    };
  }

  private Step<State> grant(State state, Operation operation) {
    long token = token(operation.output());
    boolean exclusive = isExclusive(operation);
    Hold own = state.of(operation.process());
    if (own != null && state.exclusive() == exclusive) {
      return token == NONE || own.token() == NONE || token == own.token()
          ? Step.to(state)
          : Step.refused(
              Violation.DOUBLE_GRANT, () -> "it holds the lock already with token " + own.token());
    }
    if (exclusive ? !state.holds().isEmpty() : state.exclusive()) {
      return Step.refused(Violation.DOUBLE_GRANT, () -> describeState(state));
    }
    if (token != NONE && token <= state.last()) {
      return Step.refused(
          token == state.last() ? Violation.TOKEN_REUSE : Violation.TOKEN_REGRESSION,
          () -> "it got token " + token + " after token " + state.last() + " was granted");
    }
    return Step.to(state.with(new Hold(operation.process(), token), exclusive));
  }

  private Step<State> release(State state, Operation operation) {
    long token = token(operation.input());
    Hold own = state.of(operation.process());
    boolean fits = own != null && (token == NONE || own.token() == NONE || token == own.token());
    return own != null && fits
        ? Step.to(state.without(own))
        : Step.refused(Violation.RELEASE_BY_NON_HOLDER, () -> describeState(state));
  }

  private Step<State> refusedRelease(State state, Operation operation) {
    long token = token(operation.input());
    Hold own = state.of(operation.process());
    boolean holds = own != null && (token == NONE || token == own.token());
    return holds
        ? Step.refused(
            Violation.RELEASE_REFUSED, () -> "it was refused although " + describeState(state))
        : Step.to(state);
  }

  /** Ends the hold with the token; a hold whose token nobody saw may be the one. */
  private static Step<State> expire(State state, Operation operation) {
    long token = token(operation.input());
    List<State> after = new ArrayList<>();
    for (Hold hold : state.holds()) {
      if (hold.token() == token) {
        return Step.to(state.without(hold));
      }
      if (hold.token() == NONE || token == NONE) {
        after.add(state.without(hold));
      }
    }
    return after.isEmpty()
        ? Step.refused(
            Violation.RELEASE_BY_NON_HOLDER, () -> "no process holds the lock with token " + token)
        : Step.toAny(after);
  }

  private Step<State> busy(State state, Operation operation) {
    boolean others = state.holds().stream().anyMatch(hold -> hold.process() != operation.process());
    return others
        ? Step.to(state)
        : Step.refused(
            Violation.BUSY_WHILE_FREE,
            () -> "it was refused while " + describeState(state) + ", by no other process");
  }

  private Step<State> read(State state, Operation operation) {
    long token = token(operation.output());
    boolean fits =
        token == 0
            ? state.holds().isEmpty()
            : state.holds().stream().anyMatch(h -> h.token() == NONE || h.token() == token);
    return fits
        ? Step.to(state)
        : Step.refused(
            Violation.STALE_READ,
            () ->
                (token == 0 ? "it read that the lock is free" : "it read token " + token)
                    + " while "
                    + describeState(state));
  }

  @Override
  public boolean isReadOnly(Operation operation) {
    return operation.outcome() == Outcome.FAIL || operation.function().equals("read");
  }

  @Override
  public boolean isRelevant(Operation operation) {
    return switch (operation.function()) {
      case "acquire", "expire" -> operation.outcome() != Outcome.FAIL;
      case "read" -> operation.outcome() == Outcome.OK;
      default -> true;
    };
  }

  @Override
  public @Nullable String problem(Operation operation) {
    return switch (operation.function()) {
      case "acquire", "tryAcquire" -> {
        String mode = operation.input() instanceof LockValue lock ? lock.mode() : null;
        yield mode == null || mode.equals("shared") || mode.equals("exclusive")
            ? null
            : Problems.badInput(operation, "\"mode\" \"shared\" or \"exclusive\"");
      }
      case "release", "expire" -> null;
      case "read" ->
          operation.outcome() == Outcome.OK && token(operation.output()) < 0
              ? Problems.badOutput(operation, "{\"token\": n}, with 0 when the lock is free")
              : null;
      default ->
          Problems.unknownFunction(this, operation, "acquire, tryAcquire, release, read or expire");
    };
  }

  @Override
  public String describeState(State state) {
    if (state.holds().isEmpty()) {
      return "the lock is free";
    }
    String holders =
        state.holds().stream()
            .map(h -> h.process() + (h.token() == NONE ? "" : " (token " + h.token() + ")"))
            .collect(Collectors.joining(", "));
    return (state.holds().size() == 1 ? "process " : "processes ")
        + holders
        + (state.holds().size() == 1 ? " holds the lock" : " hold the lock")
        + (state.exclusive() ? "" : " shared");
  }

  private static boolean isExclusive(Operation operation) {
    return !(operation.input() instanceof LockValue lock && "shared".equals(lock.mode()));
  }

  private static long token(@Nullable Object value) {
    return value instanceof LockValue lock ? lock.token() : NONE;
  }
}
