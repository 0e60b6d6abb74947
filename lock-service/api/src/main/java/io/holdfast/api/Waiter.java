package io.holdfast.api;

/**
 * Who waits for a lock.
 *
 * @param permits permits wanted of a semaphore; 1 in the other modes
 */
public record Waiter(long session, String owner, LockMode mode, int permits) {}
