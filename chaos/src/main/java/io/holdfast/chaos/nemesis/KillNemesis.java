package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import io.holdfast.chaos.nemesis.Targets.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** SIGKILL, and later a restart with the files as they are. */
record KillNemesis(String name, String description, List<Kind> kinds) implements Nemesis {
  @Override
  public Optional<String> unsupportedWhy(ClusterUnderTest cluster) {
    return Optional.empty();
  }

  @Override
  public Injection inject(ClusterUnderTest cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    Targets targets = Targets.draw(cluster, choices, kinds);
    for (int peer : targets.peers()) {
      cluster.kill(peer);
    }
    return new Injection() {
      @Override
      public String description() {
        return "killed " + targets.describe();
      }

      @Override
      public String verify() throws NemesisException {
        for (int peer : targets.peers()) {
          Condition condition = cluster.condition(peer);
          if (condition != Condition.DOWN) {
            throw new NemesisException(
                name + ": peer " + peer + " was killed, but its process is " + condition);
          }
        }
        return targets.peers().size() == 1 ? "its process is gone" : "their processes are gone";
      }

      @Override
      public void heal() throws IOException, InterruptedException {
        for (int peer : targets.peers()) {
          cluster.start(peer);
        }
      }
    };
  }
}
