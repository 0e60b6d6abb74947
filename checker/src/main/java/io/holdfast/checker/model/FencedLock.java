package io.holdfast.checker.model;

import static io.holdfast.checker.history.LockValue.NONE;

import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lock whose grants carry fencing tokens, each greater than all before, or, if dense, the one
 * before plus 1. The first token may be any, since a history may begin in the middle of a lock's
 * life.
 *
 * <p>{@code acquire} and {@code tryAcquire} by the holder return the hold it has, with its token. A
 * {@code tryAcquire} that failed found another process holding the lock; a {@code release} or
 * {@code keepAlive} that failed found this process without that token; an {@code acquire} that
 * failed observed nothing. {@code expire} is the service's own end of a hold.
 *
 * <p>With leases a hold may also end unseen, but not before its TTL has passed since the invocation
 * of the last request that was acknowledged for it, the acquire or a {@code keepAlive}.
 *
 * <p>A grant of unknown outcome carries a token nobody has seen: the state then keeps the least it
 * can be. A refused release proves nothing about such a hold.
 */
public final class FencedLock implements Model<FencedLock.State>, ForcedOrderModel {
  /** A lease whose end is unknown may have ended at any time. */
  private static final long NO_TIME = Long.MIN_VALUE;

  private static final String FUNCTIONS = "acquire, tryAcquire, release, read, keepAlive or expire";

  /**
   * The lock at one point.
   *
   * @param held whether a process holds it
   * @param holder that process, 0 when it is free
   * @param last the last token granted, which is the holder's while it is held
   * @param exact whether {@code last} is known; otherwise it is the least the token can be
   * @param leaseEndNanos when the hold may first end by itself
   * @param ttlMillis length of the lease, {@link LockValue#NONE} when unknown
   * @param clockNanos operations that returned before this time can take effect no more
   */
  public record State(
      boolean held,
      long holder,
      long last,
      boolean exact,
      long leaseEndNanos,
      long ttlMillis,
      long clockNanos) {
    private boolean by(long process) {
      return held && holder == process;
    }

    /** Whether the hold can have this token. */
    private boolean matches(long token) {
      return token == NONE || (exact ? token == last : token >= last);
    }

    private State known(long token) {
      return token == NONE || exact
          ? this
          : new State(held, holder, token, true, leaseEndNanos, ttlMillis, clockNanos);
    }

    private State leased(long endNanos, long newTtlMillis) {
      return new State(
          held,
          holder,
          last,
          exact,
          Math.max(leaseEndNanos, endNanos),
          newTtlMillis == NONE ? ttlMillis : newTtlMillis,
          clockNanos);
    }
  }

  private record Signature(
      long process,
      char kind,
      Outcome outcome,
      long token,
      long owner,
      long ttlMillis,
      long invokedNanos,
      long deadlineNanos) {}

  private final String name;
  private final LockRules rules;

  private FencedLock(String name, LockRules rules) {
    this.name = name;
    this.rules = rules;
  }

  /** Each token is greater than all before. */
  public static FencedLock increasing() {
    return new FencedLock("fenced-lock", new LockRules(true, false, false, 0));
  }

  /** Each token is the one before plus 1. */
  public static FencedLock dense() {
    return new FencedLock("dense-fenced-lock", new LockRules(true, true, false, 0));
  }

  /**
   * Tokens increase, and a hold may end when its lease has run out.
   *
   * @param tolerance part of the TTL by which a lease may end early, for clocks that do not run
   *     alike; from 0 to 1
   */
  public static FencedLock leased(double tolerance) {
    if (!(tolerance >= 0 && tolerance <= 1)) {
      throw new IllegalArgumentException(
          "lease tolerance " + tolerance + "; expected a number from 0 to 1");
    }
    return new FencedLock("leased-lock", new LockRules(true, false, true, tolerance));
  }

  @Override
  public LockRules forcedOrder() {
    return rules;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public State initial() {
    return new State(false, 0, 0, !rules.dense(), NO_TIME, NONE, NO_TIME);
  }

  @Override
  public Step<State> step(State state, Operation operation) {
    if (operation.deadlineNanos() < state.clockNanos()) {
      return Step.refused(
          Violation.GRANT_BEFORE_EXPIRY,
          () -> "it returned before the lease had run out that others saw ended");
    }
    boolean failed = operation.outcome() == Outcome.FAIL;
    return switch (operation.function()) {
      case "release" -> failed ? refusedRelease(state, operation) : release(state, operation);
      case "read" -> read(state, operation);
      case "keepAlive" -> failed ? refusedRelease(state, operation) : keepAlive(state, operation);
      case "expire" -> expire(state, operation);
      default -> failed ? busy(state, operation) : grant(state, operation);
    };
  }

  private Step<State> grant(State state, Operation operation) {
    if (!state.held()) {
      return fresh(state, operation);
    }
    long token = token(operation.output());
    boolean again =
        state.by(operation.process())
            && (operation.outcome() == Outcome.UNKNOWN || state.matches(token));
    boolean anew = mayEnd(state, operation);
    if (again) {
      State same = renewed(state.known(token), operation);
      if (anew
          && !(state.exact() && token != NONE)
          && fresh(ended(state), operation) instanceof Step.To<State> other) {
        return Step.toAny(List.of(same, other.state()));
      }
      return Step.to(same);
    }
    if (anew) {
      return fresh(ended(state), operation);
    }
    boolean early = rules.leases() && token > state.last();
    return Step.refused(
        early ? Violation.GRANT_BEFORE_EXPIRY : Violation.DOUBLE_GRANT,
        () -> describeState(state) + (early ? ", whose lease had not run out" : ""));
  }

  /** A grant of a lock that is free. */
  private Step<State> fresh(State state, Operation operation) {
    long token = token(operation.output());
    if (token == NONE) {
      boolean exact = rules.dense() && state.exact();
      return Step.to(held(state, operation, state.last() + 1, exact));
    }
    if (token <= state.last()) {
      boolean same = token == state.last();
      return Step.refused(
          same ? Violation.TOKEN_REUSE : Violation.TOKEN_REGRESSION,
          () -> "it got token " + token + " after token " + state.last() + " was granted");
    }
    if (rules.dense() && state.exact() && token != state.last() + 1) {
      return Step.refused(
          Violation.TOKEN_GAP,
          () -> "it got token " + token + " although the token after " + state.last() + " was due");
    }
    return Step.to(held(state, operation, token, true));
  }

  private State held(State free, Operation operation, long token, boolean exact) {
    State state =
        new State(true, operation.process(), token, exact, NO_TIME, NONE, free.clockNanos());
    return renewed(state, operation);
  }

  /** The hold after a request for it was acknowledged. */
  private State renewed(State state, Operation operation) {
    if (!rules.leases() || operation.outcome() != Outcome.OK) {
      return state;
    }
    long ttl = ttlMillis(operation.output());
    long inForce = ttl == NONE ? state.ttlMillis() : ttl;
    return inForce == NONE
        ? state
        : state.leased(operation.invokedNanos() + rules.leaseNanos(inForce), ttl);
  }

  private boolean mayEnd(State state, Operation operation) {
    return rules.leases() && state.held() && operation.deadlineNanos() >= state.leaseEndNanos();
  }

  private State ended(State state) {
    long clock = Math.max(state.clockNanos(), state.leaseEndNanos());
    return free(state.last(), state.exact(), clock);
  }

  private State free(long last, boolean exact, long clockNanos) {
    return new State(false, 0, last, exact || !rules.dense(), NO_TIME, NONE, clockNanos);
  }

  private Step<State> release(State state, Operation operation) {
    long token = token(operation.input());
    if (!state.by(operation.process()) || !state.matches(token)) {
      return Step.refused(Violation.RELEASE_BY_NON_HOLDER, () -> describeState(state));
    }
    State known = state.known(token);
    return Step.to(free(known.last(), known.exact(), state.clockNanos()));
  }

  private Step<State> refusedRelease(State state, Operation operation) {
    long token = token(operation.input());
    boolean holds =
        state.by(operation.process())
            && (token == NONE || (state.exact() && token == state.last()));
    if (!holds) {
      return Step.to(state);
    }
    return mayEnd(state, operation)
        ? Step.to(ended(state))
        : Step.refused(
            Violation.RELEASE_REFUSED, () -> "it was refused although " + describeState(state));
  }

  private Step<State> busy(State state, Operation operation) {
    return state.held() && !state.by(operation.process())
        ? Step.to(state)
        : Step.refused(
            Violation.BUSY_WHILE_FREE,
            () -> "it was refused while " + describeState(state) + ", by no other process");
  }

  private Step<State> read(State state, Operation operation) {
    long token = token(operation.output());
    if (token == 0) {
      if (!state.held()) {
        return Step.to(state);
      }
      return mayEnd(state, operation)
          ? Step.to(ended(state))
          : Step.refused(
              Violation.STALE_READ,
              () -> "it read that the lock is free while " + describeState(state));
    }
    long owner = owner(operation.output());
    boolean fits =
        state.held() && state.matches(token) && (owner == NONE || owner == state.holder());
    return fits
        ? Step.to(state.known(token))
        : Step.refused(
            Violation.STALE_READ,
            () ->
                "it read token "
                    + token
                    + (owner == NONE ? "" : " of process " + owner)
                    + " while "
                    + describeState(state));
  }

  private Step<State> keepAlive(State state, Operation operation) {
    long token = token(operation.input());
    if (!state.by(operation.process()) || !state.matches(token)) {
      return Step.refused(
          Violation.RENEWAL_AFTER_END, () -> "it was acknowledged while " + describeState(state));
    }
    return Step.to(renewed(state.known(token), operation));
  }

  private Step<State> expire(State state, Operation operation) {
    long token = token(operation.input());
    if (!state.held() || !state.matches(token)) {
      return Step.refused(
          Violation.RELEASE_BY_NON_HOLDER,
          () -> "the service ended it while " + describeState(state));
    }
    if (!rules.leases()) {
      State known = state.known(token);
      return Step.to(free(known.last(), known.exact(), state.clockNanos()));
    }
    return mayEnd(state, operation)
        ? Step.to(ended(state.known(token)))
        : Step.refused(
            Violation.GRANT_BEFORE_EXPIRY,
            () ->
                "the service ended it before the lease had run out, while " + describeState(state));
  }

  @Override
  public boolean isReadOnly(Operation operation) {
    return operation.outcome() == Outcome.FAIL
        || operation.function().equals("read")
        || (operation.function().equals("keepAlive") && !rules.leases());
  }

  @Override
  public boolean isRelevant(Operation operation) {
    return switch (operation.function()) {
      case "acquire", "expire" -> operation.outcome() != Outcome.FAIL;
      case "read" -> operation.outcome() == Outcome.OK;
      case "keepAlive" ->
          operation.outcome() == Outcome.OK
              || (operation.outcome() == Outcome.FAIL && token(operation.input()) != NONE);
      default -> true;
    };
  }

  @Override
  public Object signature(Operation operation) {
    char kind =
        switch (operation.function()) {
          case "release" -> 'r';
          case "read" -> 'g';
          case "keepAlive" -> 'k';
          case "expire" -> 'e';
          default -> 'a';
        };
    long token = token(kind == 'a' || kind == 'g' ? operation.output() : operation.input());
    boolean anyone = kind == 'g' || kind == 'e';
    return new Signature(
        anyone ? 0 : operation.process(),
        kind,
        operation.outcome(),
        token,
        owner(operation.output()),
        ttlMillis(operation.output()),
        rules.leases() ? operation.invokedNanos() : 0,
        rules.leases() ? operation.deadlineNanos() : 0);
  }

  @Override
  public @Nullable String problem(Operation operation) {
    boolean ok = operation.outcome() == Outcome.OK;
    return switch (operation.function()) {
      case "acquire", "tryAcquire" -> {
        long ttl = ttlMillis(operation.output());
        if (ok && token(operation.output()) <= 0) {
          yield Problems.badOutput(operation, "{\"token\": n} with n of at least 1");
        }
        yield ttl == NONE || (ttl >= 0 && ttl <= LockRules.TTL_MILLIS_MAX)
            ? null
            : Problems.badOutput(operation, "a \"ttl\" from 0 to " + LockRules.TTL_MILLIS_MAX);
      }
      case "read" ->
          ok && token(operation.output()) < 0
              ? Problems.badOutput(operation, "{\"token\": n}, with 0 when the lock is free")
              : null;
      case "keepAlive" -> {
        long ttl = ttlMillis(operation.output());
        yield ttl == NONE || (ttl >= 0 && ttl <= LockRules.TTL_MILLIS_MAX)
            ? null
            : Problems.badOutput(operation, "a \"ttl\" from 0 to " + LockRules.TTL_MILLIS_MAX);
      }
      case "release", "expire" ->
          operation.input() == null || token(operation.input()) > 0
              ? null
              : Problems.badInput(operation, "{\"token\": n} with n of at least 1, or no value");
      default -> Problems.unknownFunction(this, operation, FUNCTIONS);
    };
  }

  @Override
  public String describe(Operation operation) {
    long input = token(operation.input());
    String asked =
        operation.function()
            + (input == NONE || operation.function().contains("cquire")
                ? ""
                : " of token " + input);
    if (operation.outcome() != Outcome.OK) {
      return asked + Problems.ending(operation);
    }
    long output = token(operation.output());
    return switch (operation.function()) {
      case "read" -> {
        long owner = owner(operation.output());
        yield output == 0
            ? "read found the lock free"
            : "read found token " + output + (owner == NONE ? "" : " of process " + owner);
      }
      case "acquire", "tryAcquire" -> asked + " got token " + output;
      default -> asked;
    };
  }

  @Override
  public String describeState(State state) {
    if (!state.held()) {
      return state.last() == 0
          ? "the lock is free"
          : "the lock is free after token " + state.last();
    }
    return "process "
        + state.holder()
        + " holds the lock with "
        + (state.exact() ? "token " + state.last() : "a token of at least " + state.last());
  }

  private static long token(@Nullable Object value) {
    return value instanceof LockValue lock ? lock.token() : NONE;
  }

  private static long owner(@Nullable Object value) {
    return value instanceof LockValue lock ? lock.owner() : NONE;
  }

  private static long ttlMillis(@Nullable Object value) {
    return value instanceof LockValue lock ? lock.ttlMillis() : NONE;
  }
}
