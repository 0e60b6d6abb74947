package io.holdfast.locks;

/**
 * Every bound of the replicated state. The values in force are part of the state and changed by
 * {@link Command.Configure}, so that all peers refuse alike. A lower bound than what exists takes
 * nothing away: only what is new is refused (windows of memory are cut at once).
 */
public enum Limit {
  /** Live sessions. */
  SESSIONS(0, "sessions", 100_000, 1, 10_000_000),
  /**
   * Locks remembered, idle ones included. At the bound a new lock makes the least recently used
   * idle one forgotten; it is refused when none is idle.
   */
  LOCKS(1, "locks", 1_000_000, 1, 100_000_000),
  /** Requests in the queue of one lock. */
  WAITERS_PER_LOCK(2, "waitersPerLock", 10_000, 0, 1_000_000),
  /**
   * Holders and waiters of one lock together, when one more asks to share it or for permits: each
   * of them may become a holder.
   */
  HOLDERS_PER_LOCK(3, "holdersPerLock", 10_000, 1, 1_000_000),
  /** Locks held by one session; requests that wait count as well, one for each lock. */
  HOLDS_PER_SESSION(4, "holdsPerSession", 10_000, 1, 1_000_000),
  /** Requests of one session that wait. */
  WAITS_PER_SESSION(5, "waitsPerSession", 10_000, 0, 1_000_000),
  /** Locks of one {@link Command.AcquireAll}. */
  LOCKS_PER_REQUEST(6, "locksPerRequest", 64, 1, 256),
  /** Bytes of a published value. */
  VALUE_BYTES(7, "valueBytes", 4_096, 0, 65_536),
  /** Bytes of an owner. */
  OWNER_BYTES(8, "ownerBytes", 256, 1, 1_024),
  /** Bytes of a session's metadata. */
  METADATA_BYTES(9, "metadataBytes", 1_024, 0, 16_384),
  /**
   * Answers by sequence that a session remembers. Above it the oldest is dropped as if the client
   * had acknowledged it.
   */
  CACHED_ANSWERS(10, "cachedAnswers", 1_024, 1, 65_536),
  /** Answers by key that a session remembers; above it the oldest is dropped. */
  CACHED_KEYS(11, "cachedKeys", 256, 1, 65_536),
  /** Sessions remembered after their end, so that a retry learns what became of them. */
  ENDED_SESSIONS(12, "endedSessions", 10_000, 0, 1_000_000),
  /** Answers to administrative requests remembered by their nonce. */
  ADMIN_ANSWERS(13, "adminAnswers", 1_000, 1, 100_000),
  /** Permits of one semaphore in all. */
  SEMAPHORE_LIMIT(14, "semaphoreLimit", 1_000_000, 1, Integer.MAX_VALUE),
  /** The shortest time to live of a session; a shorter one asked for becomes this. */
  TTL_FLOOR_MILLIS(15, "ttlFloorMillis", 1_000, 1, 86_400_000L),
  /** The longest time to live of a session; a longer one asked for becomes this. */
  TTL_CEILING_MILLIS(16, "ttlCeilingMillis", 86_400_000L, 1, 31_536_000_000L);

  private static final Limit[] BY_NUMBER = values();

  private final int number;
  private final String field;
  private final long defaultValue;
  private final long min;
  private final long max;

  Limit(int number, String field, long defaultValue, long min, long max) {
    this.number = number;
    this.field = field;
    this.defaultValue = defaultValue;
    this.min = min;
    this.max = max;
  }

  /** The number in encoded commands and snapshots; never reused. */
  int number() {
    return number;
  }

  static Limit ofNumber(int number) {
    if (number < 0 || number >= BY_NUMBER.length) {
      throw new IllegalArgumentException("limit number " + number + " is unknown");
    }
    return BY_NUMBER[number];
  }

  static int count() {
    return BY_NUMBER.length;
  }

  /** The name in configurations and in {@link CommandResult.LimitExceeded}. */
  public String field() {
    return field;
  }

  public long defaultValue() {
    return defaultValue;
  }

  /** The least value that can be configured. */
  public long min() {
    return min;
  }

  /** The greatest value that can be configured. */
  public long max() {
    return max;
  }
}
