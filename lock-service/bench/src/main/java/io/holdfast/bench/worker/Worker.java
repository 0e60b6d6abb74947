package io.holdfast.bench.worker;

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

  private Worker(LockSystem system) {
    this.system = system;
  }

  /**
   * @param arguments class name of the system's factory, and its directory
   */
  public static void main(String[] arguments) throws Exception {
    Orders orders = new Orders();
    LockSystem.Factory factory =
        Class.forName(arguments[0])
            .asSubclass(LockSystem.Factory.class)
            .getDeclaredConstructor()
            .newInstance();
    try (LockSystem system = factory.start(Path.of(arguments[1]))) {
      orders.answer(Line.of("ready").with("version", system.version()));
      orders.serve(new Worker(system)::answer);
    } catch (Exception failure) {
      orders.failed(failure);
    }
    // Libraries leave threads behind that are no daemons.
    System.exit(0);
  }

  private Line answer(Line order) throws Exception {
    return switch (order.word()) {
      case "load" -> load(order);
      case "failover" -> failOver(order.text("lock"));
      default -> throw new IllegalArgumentException("unknown order " + order.word());
    };
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
    long overlaps;
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
      overlaps = load.overlaps();
    }
    system.restart(leader);
    return Line.of("outage").with("millis", outage.outageMillis()).with("overlaps", overlaps);
  }
}
