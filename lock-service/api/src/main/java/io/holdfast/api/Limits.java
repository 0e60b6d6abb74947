package io.holdfast.api;

/**
 * The bounds of the protocol, in one place. A peer may be configured to narrower ones and says so
 * in its answer to {@code hello}; it never accepts more than these.
 */
public final class Limits {
  /** The only protocol version there is. */
  public static final int PROTOCOL_VERSION = 1;

  /** Longest frame body on the stream, in bytes. */
  public static final int FRAME_BYTES_MAX = 1 << 20;

  /** Most requests, replies or events in one frame. */
  public static final int MESSAGES_PER_FRAME_MAX = 4_096;

  /** Deepest nesting of objects and arrays in a message. */
  public static final int NESTING_MAX = 8;

  /** Longest body of an HTTP request, in bytes. */
  public static final int HTTP_BODY_BYTES_MAX = 512 << 10;

  /** Longest lock name, in bytes of UTF-8. */
  public static final int LOCK_NAME_BYTES_MAX = 512;

  /** Longest owner of a lock, in bytes of UTF-8. */
  public static final int OWNER_BYTES_MAX = 1_024;

  /** Longest description of a session's owner, in bytes of UTF-8. */
  public static final int SESSION_OWNER_BYTES_MAX = 16 << 10;

  /** Longest nonce of {@code openSession}, in bytes of UTF-8. */
  public static final int NONCE_BYTES_MAX = 64;

  /** Longest request id in its textual form, in bytes of UTF-8. */
  public static final int REQUEST_KEY_BYTES_MAX = 64;

  /** Longest published value, in bytes of UTF-8. */
  public static final int VALUE_BYTES_MAX = 64 << 10;

  /** Longest bearer token, in bytes of UTF-8. */
  public static final int BEARER_TOKEN_BYTES_MAX = 8 << 10;

  /** Longest name a client or peer gives itself, in bytes of UTF-8. */
  public static final int LABEL_BYTES_MAX = 256;

  /** Longest message, field, value or reason of an error or event, in bytes of UTF-8. */
  public static final int TEXT_BYTES_MAX = 4 << 10;

  /** Shortest session TTL a peer can be configured to accept. */
  public static final long TTL_MILLIS_MIN = 200;

  /** Longest session TTL: one day. */
  public static final long TTL_MILLIS_MAX = 24L * 60 * 60 * 1000;

  /** Longest bounded wait: one day. A longer one is asked for as {@link #WAIT_FOR_EVER}. */
  public static final long WAIT_MILLIS_MAX = 24L * 60 * 60 * 1000;

  /** The {@code waitMillis} that waits until granted, cancelled or the session ends. */
  public static final long WAIT_FOR_EVER = -1;

  /** Most permits of a semaphore. */
  public static final int PERMITS_MAX = Integer.MAX_VALUE;

  /** Most locks in one all-or-nothing acquire. */
  public static final int LOCKS_PER_ACQUIRE_MAX = 256;

  /** Most rows in one page of a listing. */
  public static final int PAGE_ROWS_MAX = 1_000;

  /** Rows in a page of a listing when the request names no number. */
  public static final int PAGE_ROWS_DEFAULT = 100;

  /** Most holders or waiters that a reply lists by name. */
  public static final int HOLDERS_LISTED_MAX = 1_000;

  /** Most holds of a session that the answer to an attach tells. */
  public static final int HOLDS_TOLD_MAX = 1_000;

  /** Most peers in a cluster's description. */
  public static final int PEERS_MAX = 64;

  /** The owner of a hold when the request names none. */
  public static final String OWNER_DEFAULT = "main";

  private Limits() {}
}
