package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import io.holdfast.chaos.nemesis.Targets.Kind;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** SIGSTOP and SIGCONT in turns, for pauses about as long as an election takes. */
record HammerNemesis() implements Nemesis {
  private static final long STOPPED_MILLIS = 700;
  private static final long RUNNING_MILLIS = 300;

  @Override
  public String name() {
    return "hammer";
  }

  @Override
  public String description() {
    return "Stops the leader or one peer with SIGSTOP for 0.7 s of every second: elections that"
        + " nearly happen.";
  }

  @Override
  public Injection inject(ClusterUnderTest cluster, RandomGenerator choices) {
    Targets targets = Targets.draw(cluster, choices, List.of(Kind.LEADER, Kind.ONE));
    Hammering hammering = new Hammering(cluster, targets.peers().get(0), targets.describe());
    hammering.thread.start();
    return hammering;
  }

  private static final class Hammering implements Injection {
    private final ClusterUnderTest cluster;
    private final int peer;
    private final String described;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final AtomicInteger stopsSeen = new AtomicInteger();
    private final Thread thread;

    Hammering(ClusterUnderTest cluster, int peer, String described) {
      this.cluster = cluster;
      this.peer = peer;
      this.described = described;
      this.thread = new Thread(this::run, "hammer");
      this.thread.setDaemon(true);
    }

    private void run() {
      try {
        boolean ended = false;
        while (!ended) {
          cluster.pause(peer);
          boolean early = ending.await(STOPPED_MILLIS, TimeUnit.MILLISECONDS);
          if (cluster.condition(peer) == Condition.PAUSED) {
            stopsSeen.incrementAndGet();
          }
          cluster.resume(peer);
          ended = early || ending.await(RUNNING_MILLIS, TimeUnit.MILLISECONDS);
        }
      } catch (IOException stopped) {
        // The verification sees that too few stops were made.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public String description() {
      return "stops " + described + " again and again";
    }

    @Override
    public String verify() throws NemesisException, InterruptedException {
      if (stopsSeen.get() == 0 && !ending.await(2 * STOPPED_MILLIS, TimeUnit.MILLISECONDS)) {
        if (stopsSeen.get() == 0) {
          throw new NemesisException("hammer: peer " + peer + " was never seen stopped");
        }
      }
      return "the kernel showed the process as stopped";
    }

    @Override
    public void heal() throws IOException, InterruptedException {
      ending.countDown();
      thread.join();
      cluster.resume(peer);
    }
  }
}
