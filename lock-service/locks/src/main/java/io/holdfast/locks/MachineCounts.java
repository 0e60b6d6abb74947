package io.holdfast.locks;

/**
 * Totals of the state, for metrics.
 *
 * @param locks locks remembered, idle ones included
 * @param tokenFloor a new lock's first token is above it
 */
public record MachineCounts(
    int sessions, int locks, int idleLocks, int holds, int waits, long tokenFloor) {}
