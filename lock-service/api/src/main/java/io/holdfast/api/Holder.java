package io.holdfast.api;

/**
 * Who holds a lock.
 *
 * @param permits permits held of a semaphore; 1 in the other modes
 */
public record Holder(long session, String owner, long token, LockMode mode, int permits) {}
