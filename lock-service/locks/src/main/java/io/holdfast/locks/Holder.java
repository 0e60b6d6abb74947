package io.holdfast.locks;

/**
 * Who holds a lock.
 *
 * @param grantedAt index of the entry that granted it
 */
public record Holder(
    long session, String owner, FencingToken token, AcquireMode mode, long grantedAt) {}
