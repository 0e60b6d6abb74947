package io.holdfast.chaos.nemesis;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.PeerProbe;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for peers that are starting. */
final class Readiness {
  private static final long PROBE_MILLIS = 100;

  private Readiness() {}

  /**
   * Waits until a peer serves.
   *
   * @return whether it does within the time
   */
  static boolean await(ClusterUnderTest cluster, int peer, long millisMax)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
    CountDownLatch never = new CountDownLatch(1);
    while (!PeerProbe.isReady(cluster.clientAddress(peer))) {
      if (System.nanoTime() - deadline > 0 || never.await(PROBE_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }
}
