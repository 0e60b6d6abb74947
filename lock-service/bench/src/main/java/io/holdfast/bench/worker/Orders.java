package io.holdfast.bench.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Answers lines on the standard input with lines on the standard output, until the input ends. */
final class Orders {
  private final PrintStream answers = System.out;

  /**
   * Takes the standard output for answers alone: what a library prints goes to standard error. And
   * sees to it that this process, however it ends, leaves none behind that it started.
   */
  Orders() {
    System.setOut(System.err);
    Runtime.getRuntime().addShutdownHook(new Thread(Orders::endDescendants));
  }

  private static void endDescendants() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
  }

  /** Does what a line says. */
  interface Handler {
    Line answer(Line order) throws Exception;
  }

  void answer(Line line) {
    answers.println(line.encode());
  }

  void failed(Exception failure) {
    failure.printStackTrace();
    answer(Line.of("failed").with("message", failure));
  }

  void serve(Handler handler) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String text = orders.readLine(); text != null; text = orders.readLine()) {
      try {
        answer(handler.answer(Line.decode(text)));
      } catch (Exception failure) {
        failed(failure);
      }
    }
  }
}
