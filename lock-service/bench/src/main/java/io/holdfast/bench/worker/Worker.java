package io.holdfast.bench.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The process that runs one system. Does what the lines on its standard input say, answers each
 * with a line, and ends, with everything it started, when its input does.
 */
public final class Worker {
  private static final int FAIL_OVER_CLIENTS = 4;
  private static final int FAIL_OVER_LEAD_SECONDS = 2;

  private final LockSystem system;
  private final PrintStream answers;

  private Worker(LockSystem system, PrintStream answers) {
    this.system = system;
    this.answers = answers;
  }

  /**
   * @param arguments class name of the system's factory, and its directory
   */
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    // What a library prints must not come between the answers.
    System.setOut(System.err);
    Class<?> type = Class.forName(arguments[0]);
    LockSystem.Factory factory = (LockSystem.Factory) type.getDeclaredConstructor().newInstance();
    int exitCode = 0;
    try (LockSystem system = factory.start(Path.of(arguments[1]))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> closeQuietly(system)));
      answers.println(Line.of("ready").with("version", system.version()).encode());
      new Worker(system, answers).serve();
    } catch (Exception failure) {
      failure.printStackTrace();
      answers.println(Line.of("failed").with("message", failure).encode());
      exitCode = 1;
    }
    // Libraries leave threads behind that are no daemons.
    System.exit(exitCode);
  }

  private void serve() throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String text = orders.readLine(); text != null; text = orders.readLine()) {
      Line order = Line.decode(text);
      Line answer;
      try {
        answer =
            switch (order.word()) {
              case "load" -> load(order);
              case "failover" -> failOver(order.text("lock"));
              default -> throw new IllegalArgumentException("unknown order " + order.word());
            };
      } catch (Exception failure) {
        failure.printStackTrace();
        answer = Line.of("failed").with("message", failure);
      }
      answers.println(answer.encode());
    }
  }

  private Line load(Line order) throws Exception {
    try (LockLoad load =
        new LockLoad(
            system,
            order.integer("clients"),
            order.integer("locks"),
            order.text("lock"),
            () -> {})) {
      return load.measure(order.integer("warmUp"), order.integer("seconds")).toLine();
    }
  }

  private Line failOver(String prefix) throws Exception {
    FailOver outage = new FailOver();
    int leader = system.leader();
    try (LockLoad load =
        new LockLoad(
            system,
            FAIL_OVER_CLIENTS,
            FAIL_OVER_CLIENTS,
            prefix,
            () -> outage.granted(System.nanoTime()))) {
      TimeUnit.SECONDS.sleep(FAIL_OVER_LEAD_SECONDS);
      outage.begin(System.nanoTime());
      system.kill(leader);
      while (load.isRunning() && !outage.isOver(System.nanoTime())) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
    system.restart(leader);
    return Line.of("outage").with("millis", outage.outageMillis());
  }

  private static void closeQuietly(LockSystem system) {
    try {
      system.close();
    } catch (IOException | RuntimeException e) {
      System.err.println("while closing: " + e);
    }
  }
}
