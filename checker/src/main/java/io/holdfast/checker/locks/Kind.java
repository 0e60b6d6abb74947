package io.holdfast.checker.locks;

/** What an operation is to the order of a lock's writes. */
final class Kind {
  /** Says nothing: no effect, and nothing observed. */
  static final byte NOTHING = 0;

  /** A grant of known outcome, the first with its token. */
  static final byte GRANT = 1;

  /** A grant that may have happened. */
  static final byte MAYBE_GRANT = 2;

  /** The end of a hold, by release or by the service. */
  static final byte END = 3;

  /** The end of a hold that may have happened. */
  static final byte MAYBE_END = 4;

  /** Found another process holding the lock. */
  static final byte BUSY = 5;

  /** Found this process without a certain hold, or any. */
  static final byte NOT_HELD = 6;

  /** Found the lock free. */
  static final byte FREE = 7;

  /** Found a certain hold in force: a read, a renewal, or the holder's repeated request. */
  static final byte HELD = 8;

  private Kind() {}

  static boolean isObserver(byte kind) {
    return kind >= BUSY;
  }
}
