package io.holdfast.checker.model;

/** Shortens long texts for people. */
final class Texts {
  private static final int SHOWN = 80;

  private Texts() {}

  /** The text in quotes; of a long one the beginning and the end, where histories differ. */
  static String quoted(String text) {
    if (text.length() <= SHOWN) {
      return '"' + text + '"';
    }
    int half = SHOWN / 2;
    return '"'
        + text.substring(0, half)
        + " ... "
        + text.substring(text.length() - half)
        + "\" ("
        + text.length()
        + " characters)";
  }
}
