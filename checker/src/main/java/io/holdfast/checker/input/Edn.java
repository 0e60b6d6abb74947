package io.holdfast.checker.input;

import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads values in EDN, as far as operation maps need it: keywords and symbols become texts, sets
 * and lists become lists, tags are left out.
 */
final class Edn {
  /** How deep values may be nested. */
  private static final int DEPTH_MAX = 64;

  private static final Object CLOSED = new Object();

  private final String file;
  private final PushbackReader in;
  private int line;
  private int column;
  private int depth;

  Edn(String file, Reader in, int firstLine) {
    this.file = file;
    this.in = new PushbackReader(in, 1);
    line = firstLine;
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }

  /** Skips space and comments; the next character, not taken, or -1 at the end. */
  int peek() throws IOException {
    while (true) {
      int next = take();
      if (next == ';') {
        while (next != '\n' && next != -1) {
          next = take();
        }
      } else if (next == -1 || !(Character.isWhitespace(next) || next == ',')) {
        giveBack(next);
        return next;
      }
    }
  }

  /** Takes the character that {@link #peek} showed. */
  void skip() throws IOException {
    take();
  }

  /** The next value; the end of the file is an error here. */
  @Nullable Object read() throws IOException {
    Object value = readOrClose();
    if (value == CLOSED) {
      throw problem("found a closing bracket; expected a value");
    }
    return value;
  }

  InputException problem(String text) {
    return new InputException(file, line, column, text);
  }

  private @Nullable Object readOrClose() throws IOException {
    int next = peek();
    take();
    return switch (next) {
      case -1 -> throw problem("the file ends in the middle; expected a value");
      case '}', ']', ')' -> CLOSED;
      case '{' -> map();
      case '[', '(' -> list();
      case '"' -> text();
      case '#' -> dispatch();
      case '\\' -> atom(take());
      default -> atom(next);
    };
  }

  private @Nullable Object dispatch() throws IOException {
    int next = take();
    if (next == '{') {
      return list();
    }
    if (next == '_') {
      read();
      return readOrClose();
    }
    atom(next);
    return read();
  }

  private List<@Nullable Object> list() throws IOException {
    enter();
    List<@Nullable Object> list = new ArrayList<>();
    for (Object value = readOrClose(); value != CLOSED; value = readOrClose()) {
      list.add(value);
    }
    depth--;
    return list;
  }

  private Object map() throws IOException {
    enter();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (Object key = readOrClose(); key != CLOSED; key = readOrClose()) {
      map.put(String.valueOf(key), read());
    }
    depth--;
    return Values.ofMap(map);
  }

  private void enter() {
    if (++depth > DEPTH_MAX) {
      throw problem("values nested deeper than " + DEPTH_MAX + "; expected an operation map");
    }
  }

  private String text() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int next = take(); next != '"'; next = take()) {
      if (next == -1) {
        throw problem("the file ends in a text; expected \"");
      }
      text.append((char) (next == '\\' ? escaped() : next));
    }
    return text.toString();
  }

  private int escaped() throws IOException {
    int next = take();
    return switch (next) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case '"', '\\' -> next;
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(take(), 16);
          if (digit < 0) {
            throw problem("a wrong \\u escape; expected four hexadecimal digits");
          }
          code = code * 16 + digit;
        }
        yield code;
      }
      default -> throw problem("found \\" + (char) next + "; expected a known escape");
    };
  }

  private @Nullable Object atom(int first) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int next = first; isAtom(next); next = take()) {
      text.append((char) next);
    }
    if (text.length() == 0) {
      throw problem("found " + (char) first + "; expected a value");
    }
    return value(text.toString());
  }

  private boolean isAtom(int next) throws IOException {
    boolean part = next != -1 && !Character.isWhitespace(next) && ",;\"{}[]()".indexOf(next) < 0;
    if (!part) {
      giveBack(next);
    }
    return part;
  }

  private @Nullable Object value(String text) {
    switch (text) {
      case "nil" -> {
        return null;
      }
      case "true" -> {
        return true;
      }
      case "false" -> {
        return false;
      }
      default -> {}
    }
    char first = text.charAt(0);
    if (first == ':') {
      return text.substring(1);
    }
    boolean number =
        Character.isDigit(first)
            || ((first == '-' || first == '+')
                && text.length() > 1
                && Character.isDigit(text.charAt(1)));
    return number ? number(text) : text;
  }

  private Object number(String text) {
    try {
      String digits = text.endsWith("N") ? text.substring(0, text.length() - 1) : text;
      if (digits.matches("[+-]?\\d+")) {
        return Long.valueOf(digits);
      }
      return Double.valueOf(text.endsWith("M") ? text.substring(0, text.length() - 1) : text);
    } catch (NumberFormatException e) {
      throw problem("found " + text + "; expected a number that fits 64 bits");
    }
  }

  private int take() throws IOException {
    int next = in.read();
    if (next == '\n') {
      line++;
      column = 0;
    } else if (next != -1) {
      column++;
    }
    return next;
  }

  private void giveBack(int next) throws IOException {
    if (next == -1) {
      return;
    }
    in.unread(next);
    if (next == '\n') {
      line--;
    } else {
      column--;
    }
  }
}
