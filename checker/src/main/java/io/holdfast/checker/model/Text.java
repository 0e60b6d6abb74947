package io.holdfast.checker.model;

import org.jspecify.annotations.Nullable;

/**
 * A text made by appending, which shares its beginning with the text it was appended to: states of
 * a search differ in their ends, and there are many of them. Equal texts are equal however they
 * were made.
 */
public final class Text {
  /** The empty text. */
  public static final Text EMPTY = new Text(null, "", 0, 0);

  private final @Nullable Text beginning;
  private final String end;
  private final int length;
  private final int hash;

  private Text(@Nullable Text beginning, String end, int length, int hash) {
    this.beginning = beginning;
    this.end = end;
    this.length = length;
    this.hash = hash;
  }

  /** This text alone. */
  public static Text of(String text) {
    return EMPTY.append(text);
  }

  /** This text and more. */
  public Text append(String more) {
    if (more.isEmpty()) {
      return this;
    }
    int combined = hash * power31(more.length()) + more.hashCode();
    return new Text(length == 0 ? null : this, more, length + more.length(), combined);
  }

  /** 31 to this power, as {@link String#hashCode} counts. */
  private static int power31(int exponent) {
    int result = 1;
    int square = 31;
    for (int rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }

  /** Number of characters. */
  public int length() {
    return length;
  }

  /** Whether this is that text. */
  public boolean is(String text) {
    return text.length() == length && isBeginningOf(text);
  }

  /** Whether that text begins with this one. */
  public boolean isBeginningOf(String text) {
    if (text.length() < length) {
      return false;
    }
    int to = length;
    for (Text part = this; part != null; part = part.beginning) {
      to -= part.end.length();
      if (!text.startsWith(part.end, to)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Text that) || hash != that.hash || length != that.length) {
      return false;
    }
    Text one = this;
    Text another = that;
    while (one != null && another != null && one.end.equals(another.end)) {
      one = one.beginning;
      another = another.beginning;
      if (one == another) {
        return true;
      }
    }
    return one != null && another != null && another.is(one.toString());
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    char[] characters = new char[length];
    int to = length;
    for (Text part = this; part != null; part = part.beginning) {
      to -= part.end.length();
      part.end.getChars(0, part.end.length(), characters, to);
    }
    return new String(characters);
  }
}
