package io.holdfast.locks;

/** A lock and how a session holds it. */
public record HeldLock(LockName lock, Holder holder) {}
