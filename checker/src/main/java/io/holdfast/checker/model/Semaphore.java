package io.holdfast.checker.model;

import static io.holdfast.checker.history.LockValue.NONE;

import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A semaphore: {@code acquire} and {@code tryAcquire} take permits (1 if the value does not say),
 * {@code release} gives back some of those the process has. A {@code tryAcquire} that failed found
 * too few permits left; a {@code release} that failed found the process with fewer than it would
 * give back. Tokens in the values are not judged.
 */
public final class Semaphore implements Model<Semaphore.State> {
  /**
   * What one process has.
   *
   * @param process who
   * @param permits how many, at least 1
   */
  public record Share(long process, long permits) {}

  /**
   * The semaphore at one point.
   *
   * @param limit all permits there are; 0 until the first request told it
   * @param shares who has how many, by process
   */
  public record State(long limit, List<Share> shares) {
    private long used() {
      long sum = 0;
      for (Share share : shares) {
        sum += share.permits();
      }
      return sum;
    }

    private long of(long process) {
      for (Share share : shares) {
        if (share.process() == process) {
          return share.permits();
        }
      }
      return 0;
    }

    private State with(long limitInForce, long process, long permits) {
      List<Share> all = new ArrayList<>(shares);
      all.removeIf(share -> share.process() == process);
      if (permits > 0) {
        all.add(new Share(process, permits));
        all.sort(Comparator.comparingLong(Share::process));
      }
      return new State(limitInForce, List.copyOf(all));
    }
  }

  private final long limit;

  /**
   * Makes the model.
   *
   * @param limit all permits there are; 0 when the requests of the history tell it, each in its
   *     value's {@code limit}
   */
  public Semaphore(long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit " + limit + "; expected at least 0");
    }
    this.limit = limit;
  }

  @Override
  public String name() {
    return "semaphore";
  }

  @Override
  public State initial() {
    return new State(limit, List.of());
  }

  @Override
  public Step<State> step(State state, Operation operation) {
    long process = operation.process();
    long permits = permits(operation);
    boolean failed = operation.outcome() == Outcome.FAIL;
    if (operation.function().equals("release")) {
      long own = state.of(process);
      if (failed) {
        return own < permits
            ? Step.to(state)
            : Step.refused(
                Violation.RELEASE_REFUSED, () -> "it was refused although " + describeState(state));
      }
      return own >= permits
          ? Step.to(state.with(state.limit(), process, own - permits))
          : Step.refused(Violation.RELEASE_BY_NON_HOLDER, () -> describeState(state));
    }
    long inForce = state.limit() == 0 ? limit(operation) : state.limit();
    boolean fits = state.used() + permits <= inForce;
    if (failed) {
      return fits
          ? Step.refused(
              Violation.BUSY_WHILE_FREE, () -> "it was refused although " + describeState(state))
          : Step.to(state);
    }
    return fits
        ? Step.to(state.with(inForce, process, state.of(process) + permits))
        : Step.refused(Violation.TOO_MANY_PERMITS, () -> describeState(state));
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
    return Arrays.asList(
        operation.process(),
        operation.function().equals("release"),
        operation.outcome() == Outcome.FAIL,
        permits(operation),
        limit(operation));
  }

  @Override
  public @Nullable String problem(Operation operation) {
    switch (operation.function()) {
      case "acquire", "tryAcquire", "release" -> {}
      default -> {
        return Problems.unknownFunction(this, operation, "acquire, tryAcquire or release");
      }
    }
    if (permits(operation) < 1) {
      return Problems.badInput(operation, "\"permits\" of at least 1");
    }
    boolean known = limit > 0 || limit(operation) > 0 || operation.function().equals("release");
    return known
        ? null
        : Problems.badInput(
            operation, "a \"limit\" in the value, or the limit with the model, as semaphore:3");
  }

  @Override
  public String describeState(State state) {
    String shares =
        state.shares().stream()
            .map(share -> "process " + share.process() + " has " + share.permits())
            .collect(Collectors.joining(", "));
    return state.used()
        + " of "
        + state.limit()
        + " permits are out"
        + (shares.isEmpty() ? "" : ": " + shares);
  }

  private static long permits(Operation operation) {
    if (operation.input() instanceof LockValue lock && lock.permits() != NONE) {
      return lock.permits();
    }
    return operation.input() instanceof Long number ? number : 1;
  }

  private static long limit(Operation operation) {
    return operation.input() instanceof LockValue lock && lock.limit() != NONE ? lock.limit() : 0;
  }
}
