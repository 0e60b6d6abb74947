package io.holdfast.checker.verdict;

import java.time.Duration;

/**
 * The verdict over the operations of one object.
 *
 * @param key the object; empty when the history has a single one
 * @param conclusion what was found
 * @param operations how many operations the partition has
 * @param method how it was decided
 * @param steps steps of the search, or of the sweep of the fast path
 * @param elapsed processor time spent on it, roughly
 * @param evidence why
 */
public record PartitionVerdict(
    String key,
    Conclusion conclusion,
    int operations,
    Method method,
    long steps,
    Duration elapsed,
    Evidence evidence) {}
