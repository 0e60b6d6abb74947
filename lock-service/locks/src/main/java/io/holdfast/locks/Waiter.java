package io.holdfast.locks;

/**
 * Who waits for a lock.
 *
 * @param queuedAt index of the entry that put it in the queue
 */
public record Waiter(
    long session, RequestId request, String owner, AcquireMode mode, long queuedAt) {}
