package io.holdfast.cli.scale;

import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/** Clients that acquire and release locks of their own, one pair after the other. */
final class Probe {
  private static final long TTL_MILLIS = 600_000;

  private final Fleet fleet;
  private final long[] sessions;
  private final long[] requests;
  private final long[] startedNanos;
  private Histogram micros = new Histogram(3);
  private long failures;
  private boolean running;

  private Probe(Fleet fleet, int clients) {
    this.fleet = fleet;
    this.sessions = new long[clients];
    this.requests = new long[clients];
    this.startedNanos = new long[clients];
  }

  static Probe start(Fleet fleet, int clients) throws IOException {
    Probe probe = new Probe(fleet, clients);
    for (int client = 0; client < clients; client++) {
      int at = client;
      String nonce = "probe-" + client + "-" + System.nanoTime();
      fleet
          .line(client)
          .ask(
              new Request.OpenSession(nonce, TTL_MILLIS, "probe"),
              reply -> probe.sessions[at] = ((Reply.SessionOpened) reply).session());
    }
    while (fleet.underWay() > 0) {
      fleet.turn(1);
    }
    probe.running = true;
    for (int client = 0; client < clients; client++) {
      probe.acquire(client);
    }
    return probe;
  }

  private void acquire(int client) {
    startedNanos[client] = System.nanoTime();
    long number = ++requests[client];
    fleet
        .line(client)
        .ask(
            new Request.Acquire(
                sessions[client],
                0,
                new RequestId.Sequence(number, number),
                "probe/" + client,
                "main",
                LockMode.EXCLUSIVE,
                0,
                0,
                0),
            reply -> {
              if (reply instanceof Reply.Granted granted) {
                release(client, granted.token());
              } else {
                again(client);
              }
            });
  }

  private void release(int client, long token) {
    long number = ++requests[client];
    fleet
        .line(client)
        .ask(
            new Request.Release(
                sessions[client],
                new RequestId.Sequence(number, number),
                "probe/" + client,
                "main",
                token),
            reply -> {
              if (reply instanceof Reply.Released) {
                micros.recordValue((System.nanoTime() - startedNanos[client]) / 1_000);
                if (running) {
                  acquire(client);
                }
              } else {
                again(client);
              }
            });
  }

  private void again(int client) {
    failures++;
    if (running) {
      acquire(client);
    }
  }

  /** Pairs since the last call. */
  Histogram take() {
    Histogram taken = micros;
    micros = new Histogram(3);
    return taken;
  }

  long failures() {
    return failures;
  }

  /** Lets the pairs under way end, and begins no more. */
  void stop() throws IOException {
    running = false;
    while (fleet.underWay() > 0) {
      fleet.turn(1);
    }
  }
}
