package io.holdfast.server.config;

/**
 * How the text of a value becomes a value.
 *
 * @param <T> immutable
 */
interface ConfigType<T> {
  /**
   * @param text trimmed, not empty
   * @throws IllegalArgumentException if the text is not such a value; the message says what is
   *     wrong when {@link #expected()} alone would not
   */
  T parse(String text);

  /** What a value may be, in words that fit after "expected". */
  String expected();

  /** The text that {@link #parse} reads back as the same value. */
  default String format(T value) {
    return value.toString();
  }
}
