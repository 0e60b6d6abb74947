package io.holdfast.chaos.workload;

import io.holdfast.chaos.workload.ExclusiveWorkload.Manner;
import java.util.List;
import java.util.Optional;

/** The workloads by their names. */
public final class Workloads {
  private static final List<Workload> ALL =
      List.of(
          new ExclusiveWorkload(
              "fenced-lock",
              "Clients compete for a few locks through the Java client: one holder at a time, and"
                  + " tokens that grow for ever.",
              new Manner(false, 0.1, 0, 0, 0)),
          new ExclusiveWorkload(
              "fenced-lock-http",
              "The same over plain HTTP, with sessions and retries of their own.",
              new Manner(true, 0.1, 0, 0, 0)),
          new ExclusiveWorkload(
              "leases",
              "Long holds, clients paused for longer than their TTL, clients that die: no lease"
                  + " ends while its client is certain of it.",
              new Manner(false, 0.1, 0.05, 0.05, 0.03)),
          new ExclusiveWorkload(
              "lock-reads",
              "Reads of who holds a lock, through every peer, while others take and release it: no"
                  + " stale read.",
              new Manner(false, 0.6, 0, 0, 0)));

  private Workloads() {}

  /** All of them, in the order of documents. */
  public static List<Workload> all() {
    return ALL;
  }

  /** The one of this name. */
  public static Optional<Workload> named(String name) {
    return ALL.stream().filter(workload -> workload.name().equals(name)).findFirst();
  }
}
