package io.holdfast.chaos.workload;

import io.holdfast.chaos.history.Recorder;
import java.time.Duration;

/**
 * What a workload is given.
 *
 * @param prefix every lock name and history key of the workload begins with it
 * @param problems takes what cannot be said as an operation
 */
public record WorkloadContext(
    Environment environment, Recorder recorder, Load load, String prefix, Problems problems) {

  /**
   * How much there is to do.
   *
   * @param clients clients with connections of their own, 1 or more
   * @param rate operations a second that are begun at most, by all clients together
   * @param sessionTtl TTL of the sessions
   * @param requestTimeout how long the clients try a request
   */
  public record Load(int clients, double rate, Duration sessionTtl, Duration requestTimeout) {
    /** 5 clients, 50 operations a second, sessions of 3 s, requests of 4 s. */
    public static final Load DEFAULT =
        new Load(5, 50, Duration.ofSeconds(3), Duration.ofSeconds(4));
  }
}
