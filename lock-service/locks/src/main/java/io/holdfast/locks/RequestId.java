package io.holdfast.locks;

import io.holdfast.locks.wire.Utf8;

/**
 * What makes a request of a session take effect once, however often it is sent.
 *
 * <p>A {@link Sequence} is remembered until the client acknowledges it, and refused for certain
 * afterwards. A {@link Key} is remembered for a bounded number of later keyed requests of the same
 * session; a retry after that runs again.
 */
public sealed interface RequestId {
  static RequestId of(long number) {
    return new Sequence(number);
  }

  static RequestId of(String key) {
    return new Key(key);
  }

  /**
   * The client's own count of its requests.
   *
   * @param number 1 or more; gaps and any order of arrival are allowed
   */
  record Sequence(long number) implements RequestId {
    public Sequence {
      if (number < 1) {
        throw new IllegalArgumentException(
            "requestId is " + number + "; sequences start at 1 and end at 2^63 - 1");
      }
    }

    @Override
    public String toString() {
      return Long.toString(number);
    }
  }

  /**
   * A key chosen by the client, unique within its session.
   *
   * @param key 1 to 64 bytes of UTF-8 without control characters
   */
  record Key(String key) implements RequestId {
    public static final int BYTES_MAX = 64;

    public Key {
      Utf8.require("requestId", key, 1, BYTES_MAX);
    }

    @Override
    public String toString() {
      return "\"" + key + "\"";
    }
  }
}
