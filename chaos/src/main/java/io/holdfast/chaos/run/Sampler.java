package io.holdfast.chaos.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import io.holdfast.chaos.cluster.PeerStatus;
import io.holdfast.chaos.history.Recorder;
import io.holdfast.chaos.report.RunRecord.LeaderChange;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Asks the peers how they are, again and again, and notes who leads. A thread of its own. */
final class Sampler implements AutoCloseable {
  private static final long INTERVAL_MILLIS = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ClusterUnderTest cluster;
  private final Recorder recorder;
  private final Writer out;
  private final LongSupplier nowNanos;
  private final CountDownLatch ending = new CountDownLatch(1);
  private final List<LeaderChange> changes = new ArrayList<>();
  private final Thread thread;

  Sampler(ClusterUnderTest cluster, Recorder recorder, Writer out, LongSupplier nowNanos) {
    this.cluster = cluster;
    this.recorder = recorder;
    this.out = out;
    this.nowNanos = nowNanos;
    this.thread = new Thread(this::run, "chaos-sampler");
    this.thread.setDaemon(true);
    this.thread.start();
  }

  private void run() {
    try {
      do {
        for (int peer : cluster.peers()) {
          sample(peer);
        }
      } while (!ending.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException full) {
      recorder.mark("harness", "samples-lost", full.getMessage());
    }
  }

  private void sample(int peer) throws IOException {
    Condition condition = cluster.condition(peer);
    Optional<PeerStatus> status =
        condition == Condition.RUNNING ? cluster.status(peer) : Optional.empty();
    long atMillis = nowNanos.getAsLong() / 1_000_000;
    ObjectNode line = JSON.createObjectNode().put("atMillis", atMillis).put("peer", peer);
    line.put("condition", condition.name());
    if (status.isPresent()) {
      PeerStatus told = status.get();
      line.put("role", told.role()).put("term", told.term());
      line.put("commitIndex", told.commitIndex()).put("appliedIndex", told.appliedIndex());
      line.put("degraded", told.degraded());
      noteLeader(told, atMillis);
    }
    out.write(line + "\n");
  }

  private void noteLeader(PeerStatus told, long atMillis) {
    synchronized (changes) {
      long known = changes.isEmpty() ? -1 : changes.get(changes.size() - 1).term();
      if (told.leads() && told.term() > known) {
        changes.add(new LeaderChange(atMillis, told.peer(), told.term()));
        recorder.mark("cluster", "leader", "peer " + told.peer() + ", term " + told.term());
      }
    }
  }

  List<LeaderChange> changes() {
    synchronized (changes) {
      return List.copyOf(changes);
    }
  }

  @Override
  public void close() {
    ending.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
