package io.holdfast.locks;

/** What a lock is, decided by its first user and kept until the lock is forgotten. */
public enum LockKind {
  /** One exclusive holder, or any number of shared ones. */
  READ_WRITE,
  /** At most a fixed number of permits out. */
  SEMAPHORE
}
