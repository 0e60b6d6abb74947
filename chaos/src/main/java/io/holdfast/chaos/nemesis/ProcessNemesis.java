package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import io.holdfast.chaos.nemesis.Targets.Kind;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;

/** A signal to some processes, and later its contrary. */
record ProcessNemesis(String name, String description, Blow blow, List<Kind> kinds)
    implements Nemesis {
  /** SIGKILL, and a restart with the files as they are. */
  static final Blow KILL =
      new Blow("killed", "gone", Condition.DOWN, ClusterUnderTest::kill, ClusterUnderTest::start);

  /** SIGSTOP and SIGCONT. */
  static final Blow PAUSE =
      new Blow(
          "paused", "stopped", Condition.PAUSED, ClusterUnderTest::pause, ClusterUnderTest::resume);

  /**
   * What is done to a process and how it is undone.
   *
   * @param done as a word for reports
   * @param seen what the process is then, as a word for reports
   * @param leaves what the process is then
   */
  record Blow(String done, String seen, Condition leaves, Deed strike, Deed undo) {}

  /** Does something to one peer. */
  @FunctionalInterface
  interface Deed {
    void to(ClusterUnderTest cluster, int peer) throws IOException, InterruptedException;
  }

  @Override
  public Injection inject(ClusterUnderTest cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = Targets.draw(cluster, choices, kinds);
    for (int peer : targets.peers()) {
      blow.strike().to(cluster, peer);
    }
    return new Struck(name, blow, cluster, targets);
  }

  private record Struck(String name, Blow blow, ClusterUnderTest cluster, Targets targets)
      implements Injection {
    @Override
    public String description() {
      return blow.done() + " " + targets.describe();
    }

    @Override
    public boolean sparesMajority() {
      return targets.spareMajorityOf(cluster);
    }

    @Override
    public String verify() throws NemesisException {
      for (int peer : targets.peers()) {
        Condition condition = cluster.condition(peer);
        if (condition != blow.leaves()) {
          throw new NemesisException(
              name
                  + ": peer "
                  + peer
                  + " was "
                  + blow.done()
                  + ", but its process is "
                  + condition);
        }
      }
      String whose =
          targets.peers().size() == 1
              ? "the kernel shows the process as "
              : "the kernel shows the processes as ";
      return whose + blow.seen();
    }

    @Override
    public void heal() throws IOException, InterruptedException {
      for (int peer : targets.peers()) {
        blow.undo().to(cluster, peer);
      }
    }
  }
}
