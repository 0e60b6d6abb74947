package io.holdfast.chaos.workload;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * All a workload has of the world: time, turns, randomness and clients. The same workload runs
 * against a real cluster and inside a simulation.
 *
 * <p>Everything a workload does happens in tasks of the environment, which runs one at a time;
 * futures of its clients complete inside tasks too. Its methods are called from tasks only.
 */
public interface Environment {
  /** Monotonic time since the beginning of the run, in nanoseconds. */
  long nowNanos();

  /** Runs a task when the delay is over. */
  void after(long delayNanos, Runnable task);

  /** The run's random source for workloads. */
  RandomGenerator random();

  /** A client of the cluster, with a connection and sessions of its own. */
  TestClient newClient(ClientOptions options);

  /**
   * Sends plain HTTP requests to the cluster.
   *
   * @return nothing where there is no HTTP, as in a simulation; workloads then do without
   */
  Optional<HttpCaller> http();
}
