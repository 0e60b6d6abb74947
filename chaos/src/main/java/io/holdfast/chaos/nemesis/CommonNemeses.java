package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.nemesis.Targets.Kind;
import java.util.List;

/** Faults that any cluster under test can be made to suffer by its own interface. */
public final class CommonNemeses {
  private CommonNemeses() {}

  /** All of them. */
  public static List<Nemesis> all() {
    return List.of(
        new KillNemesis(
            "kill",
            "Kills one peer, the leader or a minority with SIGKILL and restarts it.",
            List.of(Kind.ONE, Kind.LEADER, Kind.LEADER, Kind.MINORITY)),
        new KillNemesis(
            "kill-majority",
            "Kills a majority with SIGKILL and restarts it: every acknowledged change must be on"
                + " disk.",
            List.of(Kind.MAJORITY)),
        new KillNemesis(
            "kill-all",
            "Kills every peer with SIGKILL at once, as a power cut of the room would, and restarts"
                + " them.",
            List.of(Kind.ALL)),
        new PauseNemesis(
            "pause",
            "Stops one peer, the leader or a minority with SIGSTOP: a leader that wakes up must not"
                + " believe it still leads.",
            List.of(Kind.ONE, Kind.LEADER, Kind.LEADER, Kind.MINORITY)),
        new PauseNemesis(
            "pause-all",
            "Stops every peer with SIGSTOP: no lease may be taken from a client that could not"
                + " renew it.",
            List.of(Kind.ALL)),
        new HammerNemesis(),
        new PartitionNemesis(
            "partition",
            "Cuts links both ways: one peer off, the leader off, halves, a bridge, or a ring of"
                + " majorities.",
            true),
        new PartitionNemesis(
            "oneway",
            "Cuts links one way: a peer that hears and is not heard, or speaks and hears nothing.",
            false),
        new RollingRestart());
  }
}
