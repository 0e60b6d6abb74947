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
              new Manner(false, 0.6, 0, 0, 0)),
          new SharedWorkload(
              "shared-exclusive",
              "Shared and exclusive holders of the same locks: readers together, a writer alone.",
              0),
          new SharedWorkload(
              "semaphore",
              "Clients take one or two of three permits: never more than three are out.",
              3),
          new ElectionWorkload(),
          new WatchWorkload(),
          new FifoWorkload(),
          new ExpiryWorkload(),
          new AvailabilityWorkload(),
          new GuardedWorkload(
              "guarded-set",
              "A set outside of the cluster, changed under a lock by clients that are paused for"
                  + " longer than their TTL; the store checks the token: nothing is lost.",
              false,
              true),
          new GuardedWorkload(
              "guarded-counter",
              "The same with a counter, and a store that checks the token.",
              true,
              true),
          new GuardedWorkload(
              "unguarded-set",
              "The same set without the check of the token: loses updates, as everybody who relies"
                  + " on a lock alone does. Shows that the harness sees it.",
              false,
              false),
          new GuardedWorkload(
              "unguarded-counter",
              "The same counter without the check of the token: loses updates.",
              true,
              false));

  private Workloads() {}

  /** All of them, in the order of documents. */
  public static List<Workload> all() {
    return ALL;
  }

  /** Those that are judged valid under every fault, on machines of any speed. */
  public static List<Workload> thatMustHold() {
    return ALL.stream()
        .filter(workload -> workload.mustHold() && !workload.dependsOnSpeed())
        .toList();
  }

  /** The one of this name. */
  public static Optional<Workload> named(String name) {
    return ALL.stream().filter(workload -> workload.name().equals(name)).findFirst();
  }
}
