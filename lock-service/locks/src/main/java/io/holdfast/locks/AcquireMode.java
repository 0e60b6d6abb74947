package io.holdfast.locks;

/** How a lock is asked for. */
public sealed interface AcquireMode {
  /** Alone. */
  static AcquireMode exclusive() {
    return ReadWrite.EXCLUSIVE;
  }

  /** Together with other shared holders. */
  static AcquireMode shared() {
    return ReadWrite.SHARED;
  }

  /** One permit out of {@code limit}. */
  static AcquireMode semaphore(int limit) {
    return new Semaphore(limit, 1);
  }

  static AcquireMode semaphore(int limit, int permits) {
    return new Semaphore(limit, permits);
  }

  /** The kind of lock this mode belongs to. */
  default LockKind kind() {
    return this instanceof Semaphore ? LockKind.SEMAPHORE : LockKind.READ_WRITE;
  }

  /** The modes of a lock that is no semaphore. */
  enum ReadWrite implements AcquireMode {
    /** Alone. */
    EXCLUSIVE,
    /** Together with other shared holders. */
    SHARED
  }

  /**
   * A number of permits.
   *
   * @param limit the permits of the semaphore in all, 1 or more; must be what its first user said
   * @param permits the permits asked for, 1 to {@code limit}
   */
  record Semaphore(int limit, int permits) implements AcquireMode {
    public Semaphore {
      if (limit < 1) {
        throw new IllegalArgumentException("limit is " + limit + "; 1 or more is allowed");
      }
      if (permits < 1 || permits > limit) {
        throw new IllegalArgumentException(
            "permits is " + permits + "; allowed are 1 to the semaphore's limit " + limit);
      }
    }
  }
}
