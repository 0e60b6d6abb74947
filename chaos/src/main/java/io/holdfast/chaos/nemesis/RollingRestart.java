package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Every peer stopped and started the way an operator does it, one after the other. */
record RollingRestart() implements Nemesis {
  private static final long READY_MILLIS_MAX = 90_000;

  @Override
  public String name() {
    return "rolling-restart";
  }

  @Override
  public String description() {
    return "Stops each peer in turn with SIGTERM, and goes on when it serves again: an upgrade"
        + " should cost clients nothing.";
  }

  @Override
  public Injection inject(ClusterUnderTest cluster, RandomGenerator choices)
      throws IOException, InterruptedException {
    List<Integer> order = Targets.shuffled(cluster.peers(), choices);
    List<Integer> late = new ArrayList<>();
    for (int peer : order) {
      cluster.stop(peer);
      boolean wasDown = cluster.condition(peer) == Condition.DOWN;
      cluster.start(peer);
      if (!wasDown || !Readiness.await(cluster, peer, READY_MILLIS_MAX)) {
        late.add(peer);
      }
    }
    String numbers = order.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return new Injection() {
      @Override
      public String description() {
        return "restarted peers " + numbers + " in turn";
      }

      @Override
      public String verify() throws NemesisException {
        if (!late.isEmpty()) {
          throw new NemesisException(
              "rolling-restart: peers "
                  + late
                  + " did not stop, or did not serve within 90 s of their restart");
        }
        return "each process ended and a new one served";
      }

      @Override
      public void heal() throws IOException, InterruptedException {
        for (int peer : order) {
          cluster.start(peer);
        }
      }
    };
  }
}
