package io.holdfast.api;

import org.jspecify.annotations.Nullable;

/**
 * What may be a name, and the sentence that is said when something is not. Clients use it to refuse
 * early; the service stays the judge.
 */
public final class Names {
  private Names() {}

  /**
   * Says what is wrong with a lock name: UTF-8 of 1 to 512 bytes, no control characters, segments
   * separated by single slashes, no slash at either end, no segment {@code .} or {@code ..}.
   *
   * @return the problem and its fix, or null when the name is good
   */
  public static @Nullable String lockProblem(String name) {
    String problem = textProblem(name, 1, Limits.LOCK_NAME_BYTES_MAX);
    if (problem != null) {
      return problem;
    }
    if (name.charAt(0) == '/' || name.charAt(name.length() - 1) == '/') {
      return "must not begin or end with '/'; remove it";
    }
    if (name.contains("//")) {
      return "must not contain an empty segment; write one '/' between segments";
    }
    if (name.indexOf('.') >= 0 && hasDotSegment(name)) {
      return "must not contain the segment '.' or '..', which HTTP clients resolve away";
    }
    return null;
  }

  private static boolean hasDotSegment(String name) {
    String framed = "/" + name + "/";
    return framed.contains("/./") || framed.contains("/../");
  }

  /**
   * Says what is wrong with a prefix of lock names: at most 512 bytes of UTF-8, no control
   * characters. The empty prefix stands for every lock.
   *
   * @return the problem and its fix, or null when the prefix is good
   */
  public static @Nullable String prefixProblem(String prefix) {
    return textProblem(prefix, 0, Limits.LOCK_NAME_BYTES_MAX);
  }

  /**
   * Says what is wrong with an owner: 1 to 1,024 bytes of UTF-8, no control characters.
   *
   * @return the problem and its fix, or null when the owner is good
   */
  public static @Nullable String ownerProblem(String owner) {
    return textProblem(owner, 1, Limits.OWNER_BYTES_MAX);
  }

  /**
   * Says what is wrong with a text that must have no control characters.
   *
   * @param bytesMin fewest bytes of UTF-8
   * @param bytesMax most bytes of UTF-8
   * @return the problem and its fix, or null when the text is good
   */
  public static @Nullable String textProblem(String text, int bytesMin, int bytesMax) {
    int bytes = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
        return String.format("must not contain control characters; remove U+%04X", (int) c);
      }
      if (Character.isSurrogate(c)) {
        if (!startsPair(text, at)) {
          return "must be well-formed Unicode; remove the lone surrogate";
        }
        at++;
        bytes += 4;
      } else {
        bytes += utf8Bytes(c);
      }
    }
    return lengthProblem(bytes, bytesMin, bytesMax);
  }

  /**
   * Says what is wrong with the length of a text whose characters are free.
   *
   * @return the problem and its fix, or null when the text is good
   */
  static @Nullable String freeTextProblem(String text, int bytesMin, int bytesMax) {
    if (bytesMin == 0 && text.length() * 3L <= bytesMax && !hasSurrogate(text)) {
      return null;
    }
    int bytes = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (Character.isSurrogate(c)) {
        if (!startsPair(text, at)) {
          return "must be well-formed Unicode; remove the lone surrogate";
        }
        at++;
        bytes += 4;
      } else {
        bytes += utf8Bytes(c);
      }
    }
    return lengthProblem(bytes, bytesMin, bytesMax);
  }

  private static boolean hasSurrogate(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (Character.isSurrogate(text.charAt(at))) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsPair(String text, int at) {
    return at + 1 < text.length()
        && Character.isHighSurrogate(text.charAt(at))
        && Character.isLowSurrogate(text.charAt(at + 1));
  }

  private static int utf8Bytes(char c) {
    if (c < 0x80) {
      return 1;
    }
    return c < 0x800 ? 2 : 3;
  }

  private static @Nullable String lengthProblem(int bytes, int bytesMin, int bytesMax) {
    if (bytes < bytesMin) {
      return "must not be empty";
    }
    if (bytes > bytesMax) {
      return "has " + bytes + " bytes of UTF-8; at most " + bytesMax + " are allowed";
    }
    return null;
  }
}
