package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.nemesis.Targets.Kind;
import java.util.ArrayList;
import java.util.List;

/** Faults that any cluster under test can be made to suffer by its own interface. */
public final class CommonNemeses {
  private CommonNemeses() {}

  /** All of them. */
  public static List<Nemesis> all() {
    List<Nemesis> all = new ArrayList<>(ofProcessesAndLinks());
    all.addAll(MembershipNemesis.all());
    return List.copyOf(all);
  }

  private static List<Nemesis> ofProcessesAndLinks() {
    return List.of(
        new ProcessNemesis(
            "kill",
            "Kills one peer, the leader or a minority with SIGKILL and restarts it.",
            ProcessNemesis.KILL,
            List.of(Kind.ONE, Kind.LEADER, Kind.LEADER, Kind.MINORITY)),
        new ProcessNemesis(
            "kill-majority",
            "Kills a majority with SIGKILL and restarts it: every acknowledged change must be on"
                + " disk.",
            ProcessNemesis.KILL,
            List.of(Kind.MAJORITY)),
        new ProcessNemesis(
            "kill-all",
            "Kills every peer with SIGKILL at once, as a power cut of the room would, and restarts"
                + " them.",
            ProcessNemesis.KILL,
            List.of(Kind.ALL)),
        new ProcessNemesis(
            "pause",
            "Stops one peer, the leader or a minority with SIGSTOP: a leader that wakes up must not"
                + " believe it still leads.",
            ProcessNemesis.PAUSE,
            List.of(Kind.ONE, Kind.LEADER, Kind.LEADER, Kind.MINORITY)),
        new ProcessNemesis(
            "pause-all",
            "Stops every peer with SIGSTOP: no lease may be taken from a client that could not"
                + " renew it.",
            ProcessNemesis.PAUSE,
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
