package io.holdfast.chaos.cli;

import io.holdfast.chaos.run.Progress;
import java.io.PrintWriter;

/** Progress on a terminal: lines that stay, and one that is written over; elsewhere lines only. */
final class Console implements Progress {
  private final PrintWriter out;
  private final boolean terminal;
  private int shown;

  Console(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void say(String line) {
    clear();
    out.println(line);
    out.flush();
  }

  @Override
  public void tick(String state) {
    if (terminal) {
      out.print("\r" + state + " ".repeat(Math.max(0, shown - state.length())));
      out.flush();
      shown = state.length();
    }
  }

  private void clear() {
    if (shown > 0) {
      out.print("\r" + " ".repeat(shown) + "\r");
      shown = 0;
    }
  }
}
