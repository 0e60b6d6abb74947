package io.holdfast.bench.compare;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of load.
 *
 * @param clients competitors at once, 1 or more
 * @param locks locks they share, 1 to {@code clients}
 */
record Column(int clients, int locks) {
  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,3})x([1-9][0-9]{0,3})");

  /** Reads {@code CLIENTSxLOCKS}, such as {@code 64x64}. */
  static Column parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not CLIENTSxLOCKS, as in 64x64 or 16x1");
    }
    int clients = Integer.parseInt(matcher.group(1));
    int locks = Integer.parseInt(matcher.group(2));
    if (locks > clients) {
      throw new IllegalArgumentException(
          "'" + text + "' has more locks than clients; each client uses one");
    }
    return new Column(clients, locks);
  }

  String title() {
    return counted(clients, "client") + ", " + counted(locks, "lock");
  }

  private static String counted(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  @Override
  public String toString() {
    return clients + "x" + locks;
  }
}
