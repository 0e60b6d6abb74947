package io.holdfast.chaos.run;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.PeerProbe;
import io.holdfast.chaos.history.Recorder;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.NemesisException;
import io.holdfast.chaos.run.FaultPlan.Planned;
import io.holdfast.chaos.workload.Availability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes the planned faults, looks whether they work, and heals them. */
final class FaultDriver {
  /** A verification looks no earlier, for a cut shows only by the messages it loses. */
  private static final long VERIFY_MILLIS_MIN = 700;

  private final ClusterUnderTest cluster;
  private final Recorder recorder;
  private final LongSupplier nowNanos;
  private final Progress progress;
  private final List<Made> made = new ArrayList<>();

  FaultDriver(
      ClusterUnderTest cluster, Recorder recorder, LongSupplier nowNanos, Progress progress) {
    this.cluster = cluster;
    this.recorder = recorder;
    this.nowNanos = nowNanos;
    this.progress = progress;
  }

  /** A fault that was made, or tried. */
  record Made(
      Planned planned,
      long startMillis,
      long stopMillis,
      String description,
      @Nullable String verified,
      @Nullable String error) {}

  List<Made> made() {
    return List.copyOf(made);
  }

  /**
   * Makes one fault when its time has come, and returns when it is healed.
   *
   * @param waitUntil waits until so many milliseconds after the beginning
   */
  void make(Nemesis nemesis, Planned planned, LongConsumer waitUntil) throws InterruptedException {
    waitUntil.accept(planned.atMillis());
    long startMillis = nowMillis();
    Nemesis.Injection injection = null;
    String description = nemesis.name();
    String verified = null;
    String error = null;
    boolean whole = allServe();
    recorder.mark("nemesis", nemesis.name() + "-start", null);
    try {
      injection = nemesis.inject(cluster, new SplittableRandom(planned.seed()));
      description = injection.description();
      if (whole && injection.sparesMajority()) {
        recorder.mark(Availability.MARKER, Availability.SPARED, description);
      }
      recorder.mark("harness", "fault", description);
      progress.say(at(startMillis) + nemesis.name() + ": " + description);
      long half = planned.lastsMillis() / 2;
      waitUntil.accept(nowMillis() + Math.max(VERIFY_MILLIS_MIN, half));
      verified = injection.verify();
      waitUntil.accept(startMillis + planned.lastsMillis());
    } catch (NemesisException | IOException e) {
      error = e.getMessage();
    } finally {
      // Also when the run is being broken off.
      recorder.mark(Availability.MARKER, Availability.IN_DOUBT, null);
      error = heal(injection, error);
      recorder.mark("nemesis", nemesis.name() + "-stop", null);
    }
    made.add(new Made(planned, startMillis, nowMillis(), description, verified, error));
    progress.say(
        at(nowMillis())
            + nemesis.name()
            + (error == null ? " healed; seen to work: " + verified : " FAILED: " + error));
  }

  /** Only then are the peers that a fault leaves alone known to be a majority at work. */
  private boolean allServe() {
    return cluster.peers().stream()
        .allMatch(peer -> PeerProbe.isReady(cluster.clientAddress(peer)));
  }

  private static @Nullable String heal(
      Nemesis.@Nullable Injection injection, @Nullable String before) throws InterruptedException {
    if (injection == null) {
      return before;
    }
    boolean interrupted = Thread.interrupted();
    try {
      injection.heal();
      return before;
    } catch (IOException e) {
      return before == null ? "it could not be healed: " + e.getMessage() : before;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nowNanos.getAsLong());
  }

  static String at(long millis) {
    return String.format(java.util.Locale.ROOT, "%6.1f s  ", millis / 1000.0);
  }
}
