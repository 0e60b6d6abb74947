package io.holdfast.checker.input;

import io.holdfast.checker.history.LockValue;

/**
 * Reads one line of the usual form: no escapes, ASCII texts, integers, and no value but {@code
 * null}, an integer, or an object of token, owner and TTL. It never judges: whatever it does not
 * know it leaves to the parser.
 */
final class LineScanner {
  private static final int DIGITS_MAX = 18;

  private final byte[] line;
  private final int end;
  private final EventFields event;
  private int at;

  /** The number read last. */
  private long number;

  /** Bounds of the text read last. */
  private int textFrom;

  private int textTo;

  private LineScanner(byte[] line, int from, int end, EventFields event) {
    this.line = line;
    this.end = end;
    this.event = event;
    at = from;
  }

  /**
   * Reads the event of the line that begins here into the fields.
   *
   * @param end where the bytes end, which may be in the middle of the line
   * @return where the line ends, at its line feed; -1 when it could not be read, and then some
   *     fields may be set
   */
  static int scan(byte[] line, int from, int end, EventFields event) {
    LineScanner scanner = new LineScanner(line, from, end, event);
    return scanner.event() ? scanner.at : -1;
  }

  private boolean event() {
    if (!take('{')) {
      return false;
    }
    do {
      if (!text() || !field(textFrom, textTo - textFrom)) {
        return false;
      }
    } while (take(','));
    if (!take('}')) {
      return false;
    }
    skipSpace();
    return at < end && line[at] == '\n';
  }

  private boolean field(int name, int length) {
    if (!take(':')) {
      return false;
    }
    switch (length) {
      case 1 -> {
        return line[name] == 'f' && function();
      }
      case 3 -> {
        return is(name, "key") && key();
      }
      case 4 -> {
        return is(name, "type") ? type() : is(name, "time") && time();
      }
      case 5 -> {
        return is(name, "value") ? value() : is(name, "index") && index();
      }
      case 7 -> {
        return is(name, "process") && process();
      }
      default -> {
        return false;
      }
    }
  }

  private boolean process() {
    event.hasProcess = integer();
    event.process = number;
    return event.hasProcess;
  }

  private boolean type() {
    if (!text()) {
      return false;
    }
    int length = textTo - textFrom;
    if (length == 6 && is(textFrom, "invoke")) {
      event.type = EventFields.INVOKE;
    } else if (length == 2 && is(textFrom, "ok")) {
      event.type = EventFields.OK;
    } else if (length == 4 && is(textFrom, "fail")) {
      event.type = EventFields.FAIL;
    } else if (length == 4 && is(textFrom, "info")) {
      event.type = EventFields.INFO;
    } else {
      return false;
    }
    return true;
  }

  private boolean function() {
    if (!text()) {
      return false;
    }
    event.function = event.builder.functionId(line, textFrom, textTo - textFrom);
    return true;
  }

  private boolean key() {
    if (!text()) {
      return false;
    }
    event.key = event.builder.keyId(line, textFrom, textTo - textFrom);
    return true;
  }

  private boolean time() {
    boolean read = integer();
    event.timeNanos = number;
    return read;
  }

  private boolean index() {
    boolean read = integer();
    event.index = number;
    return read;
  }

  private boolean value() {
    skipSpace();
    if (at >= end) {
      return false;
    }
    if (line[at] == 'n') {
      boolean isNull = at + 4 <= end && is(at, "null");
      at += 4;
      event.value.clear();
      return isNull;
    }
    if (line[at] == '{') {
      return lock();
    }
    if (!integer()) {
      return false;
    }
    event.value.setLong(number);
    return true;
  }

  private boolean lock() {
    at++;
    long token = LockValue.NONE;
    long owner = LockValue.NONE;
    long ttl = LockValue.NONE;
    do {
      if (!text() || !take(':')) {
        return false;
      }
      int name = textFrom;
      int length = textTo - textFrom;
      if (!integer()) {
        return false;
      }
      if (length == 5 && is(name, "token")) {
        token = number;
      } else if (length == 5 && is(name, "owner")) {
        owner = number;
      } else if (length == 3 && is(name, "ttl")) {
        ttl = number;
      } else {
        return false;
      }
    } while (take(','));
    event.value.setLock(token, owner, ttl);
    return take('}');
  }

  private boolean text() {
    if (!take('"')) {
      return false;
    }
    textFrom = at;
    while (at < end && line[at] != '"') {
      // Control characters, escapes and bytes above ASCII, which are negative.
      if (line[at] < ' ' || line[at] == '\\') {
        return false;
      }
      at++;
    }
    textTo = at;
    at++;
    return textTo < end;
  }

  private boolean integer() {
    skipSpace();
    boolean negative = at < end && line[at] == '-';
    if (negative) {
      at++;
    }
    int from = at;
    long value = 0;
    while (at < end && line[at] >= '0' && line[at] <= '9') {
      value = value * 10 + (line[at] - '0');
      at++;
    }
    int digits = at - from;
    number = negative ? -value : value;
    // A leading zero, a fraction or an exponent are the parser's to judge.
    boolean whole =
        at < end && (line[at] == ',' || line[at] == '}' || line[at] == ' ' || line[at] == '\r');
    return digits > 0 && digits <= DIGITS_MAX && whole && (digits == 1 || line[from] != '0');
  }

  private boolean take(char expected) {
    skipSpace();
    if (at < end && line[at] == expected) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < end && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r')) {
      at++;
    }
  }

  private boolean is(int from, String expected) {
    for (int i = 0; i < expected.length(); i++) {
      if (line[from + i] != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
