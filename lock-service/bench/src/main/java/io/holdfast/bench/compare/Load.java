package io.holdfast.bench.compare;

import io.holdfast.bench.worker.Line;

/** One kind of load; its text is how the command line names it. */
sealed interface Load permits Load.Pairs, Load.Commands {
  String title();

  /** What a worker is asked to do. */
  Line order();

  /**
   * Acquire and release.
   *
   * @param clients competitors at once, 1 or more
   * @param locks locks they share, 1 to {@code clients}
   */
  record Pairs(int clients, int locks) implements Load {
    /** Reads {@code CLIENTSxLOCKS}, such as {@code 64x64}. */
    static Pairs parse(String text) {
      String[] numbers = text.split("x", -1);
      if (numbers.length != 2) {
        throw new IllegalArgumentException(
            "'" + text + "' is not CLIENTSxLOCKS, as in 64x64 or 16x1");
      }
      int clients = count(numbers[0], text);
      int locks = count(numbers[1], text);
      if (locks > clients) {
        throw new IllegalArgumentException(
            "'" + text + "' has more locks than clients; each client uses one");
      }
      return new Pairs(clients, locks);
    }

    @Override
    public String title() {
      return counted(clients, "client") + ", " + counted(locks, "lock");
    }

    @Override
    public Line order() {
      return Line.of("load")
          .with("clients", clients)
          .with("locks", locks)
          .with("lock", "compare/" + this + "/");
    }

    private static String counted(int number, String what) {
      return number + " " + what + (number == 1 ? "" : "s");
    }

    @Override
    public String toString() {
      return clients + "x" + locks;
    }
  }

  /**
   * Commands to a replicated log, in the leader's process.
   *
   * @param inFlight under way at once, 1 or more
   */
  record Commands(int inFlight) implements Load {
    static Commands parse(String text) {
      return new Commands(count(text, text));
    }

    @Override
    public String title() {
      return inFlight + " in flight";
    }

    @Override
    public Line order() {
      return Line.of("commands").with("inFlight", inFlight);
    }

    @Override
    public String toString() {
      return String.valueOf(inFlight);
    }
  }

  /** A whole number from 1 to 9999. */
  private static int count(String number, String text) {
    if (!number.matches("[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException(
          "'" + text + "': '" + number + "' is not a number from 1 to 9999");
    }
    return Integer.parseInt(number);
  }
}
