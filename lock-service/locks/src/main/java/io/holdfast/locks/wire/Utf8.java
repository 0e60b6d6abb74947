package io.holdfast.locks.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Strict UTF-8. The JDK's own conversions replace what they cannot read, so that two different
 * inputs become one name; here such input is refused.
 */
public final class Utf8 {
  private Utf8() {}

  /**
   * The number of bytes of the text in UTF-8.
   *
   * @throws IllegalArgumentException for an unpaired surrogate, which has no UTF-8 form
   */
  public static int length(String field, String text) {
    int bytes = 0;
    for (int at = 0; at < text.length(); at++) {
      char unit = text.charAt(at);
      if (unit < 0x80) {
        bytes++;
      } else if (unit < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(unit)) {
        bytes += 3;
      } else if (Character.isHighSurrogate(unit)
          && at + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(at + 1))) {
        bytes += 4;
        at++;
      } else {
        throw new IllegalArgumentException(
            field + " has an unpaired surrogate at character " + at + "; send valid Unicode");
      }
    }
    return bytes;
  }

  /**
   * Checks a text field: length in bytes, valid Unicode, no control character (U+0000 to U+001F and
   * U+007F to U+009F; the ranges are written out because Unicode tables differ between Java
   * versions, and every peer must decide alike).
   *
   * @return the text
   * @throws IllegalArgumentException naming the field, the value's length or place, and the bound
   */
  public static String require(String field, String text, int bytesMin, int bytesMax) {
    int bytes = length(field, text);
    if (bytes < bytesMin || bytes > bytesMax) {
      throw new IllegalArgumentException(
          field + " has " + bytes + " bytes; allowed are " + bytesMin + " to " + bytesMax);
    }
    for (int at = 0; at < text.length(); at++) {
      char unit = text.charAt(at);
      if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) {
        throw new IllegalArgumentException(
            field + " has the control character U+" + hex(unit) + " at character " + at);
      }
    }
    return text;
  }

  private static String hex(char unit) {
    String digits = Integer.toHexString(unit).toUpperCase(java.util.Locale.ROOT);
    return "0000".substring(digits.length()) + digits;
  }

  static String decode(byte[] bytes, int from, int length) {
    for (int at = from; at < from + length; at++) {
      if (bytes[at] < 0) {
        return decodeStrictly(bytes, from, length);
      }
    }
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }

  private static String decodeStrictly(byte[] bytes, int from, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException invalid) {
      throw new WireException("text at byte " + from + " is not UTF-8", invalid);
    }
  }
}
