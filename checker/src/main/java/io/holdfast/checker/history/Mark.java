package io.holdfast.checker.history;

/**
 * Something that happened beside the operations: a fault injected or healed, a change of leader.
 *
 * @param timeNanos when, in nanoseconds; the event's position when the history has no times
 * @param position events recorded before it
 * @param process who recorded it, for example {@code nemesis}
 * @param function what happened, for example {@code partition-start}
 * @param detail the recorded value as text; empty when there was none
 */
public record Mark(long timeNanos, int position, String process, String function, String detail) {}
