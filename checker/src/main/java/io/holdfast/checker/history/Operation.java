package io.holdfast.checker.history;

import org.jspecify.annotations.Nullable;

/**
 * One operation: what a process asked, when, and what it was told.
 *
 * <p>Values are {@code null}, {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link
 * LockValue}, a {@code List} of such values or a {@code Map} from {@code String} to such values.
 *
 * @param id position among the history's operations, in the order of their invocations, from 0
 * @param process the sequential client that ran it; negative for the service itself
 * @param function what was asked, for example {@code acquire}
 * @param key the object it was asked of; empty when the history has a single object
 * @param input value of the invocation
 * @param output value of the completion; {@code null} when the outcome is unknown
 * @param outcome what the process was told
 * @param invokedAt position of the invocation among the history's events
 * @param returnedAt position of the completion among the events, {@link #NEVER} when the outcome is
 *     unknown: such an operation stays open to the end of the history
 * @param invokedNanos time of the invocation in nanoseconds; the event's position when the history
 *     has no times
 * @param returnedNanos time at which the completion, or the news that the outcome is unknown, was
 *     recorded; {@link Long#MAX_VALUE} when nothing was
 */
public record Operation(
    int id,
    long process,
    String function,
    String key,
    @Nullable Object input,
    @Nullable Object output,
    Outcome outcome,
    int invokedAt,
    int returnedAt,
    long invokedNanos,
    long returnedNanos) {
  /** The {@link #returnedAt} of an operation that stays open. */
  public static final int NEVER = Integer.MAX_VALUE;

  /** Whether the outcome is unknown, so that the operation stays open to the end. */
  public boolean isPending() {
    return returnedAt == NEVER;
  }

  /** Latest time in nanoseconds at which it can have taken effect; unbounded while pending. */
  public long deadlineNanos() {
    return isPending() ? Long.MAX_VALUE : returnedNanos;
  }
}
