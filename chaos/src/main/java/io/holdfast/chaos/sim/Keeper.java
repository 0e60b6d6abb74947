package io.holdfast.chaos.sim;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions alive as late as it dares, and stays with its peer as long as that answers, be it
 * a leader that was deposed. No session may end earlier than its TTL after the sending of its last
 * acknowledged keep-alive: the production client keeps more distance, and would seldom notice.
 */
final class Keeper implements AskingChannel {
  private static final long MILLI = 1_000_000;
  private static final long UNANSWERED_MILLIS_MAX = 700;

  /** As much as is allowed, so that snapshots are large. */
  private static final String METADATA = "keeper".repeat(170);

  private final SimWorld world;
  private final Cluster cluster;
  private final RandomGenerator random;
  private final String name;
  private final long ttlMillis;
  private final Map<Long, Sent> open = new HashMap<>();
  private final Map<Long, Long> acknowledged = new HashMap<>();
  private final Map<Long, Long> ended = new HashMap<>();
  private @Nullable PeerHost peer;
  private int peerLife;
  private long lastMessage;
  private long lastReplyNanos;
  private long openings;
  private long session;
  private boolean stopped;

  private record Sent(Request request, long nanos) {}

  Keeper(SimWorld world, Cluster cluster, int number) {
    this.world = world;
    this.cluster = cluster;
    this.random = world.draws().of("keeper", number);
    this.name = "keeper-" + number;
    this.ttlMillis = Draws.between(random, 1_000, 2_000);
  }

  void start() {
    world.afterMillis(200 + random.nextInt(500), this::beat);
  }

  /** Keeps nothing any more. */
  void stop() {
    stopped = true;
  }

  private void beat() {
    if (stopped) {
      return;
    }
    world.afterMillis(nextMillis(), this::beat);
    PeerHost to = peer;
    boolean silent = world.now() - lastReplyNanos > UNANSWERED_MILLIS_MAX * MILLI;
    if (to == null || !to.isUp() || to.lives() != peerLife || silent) {
      to = cluster.peers().get(random.nextInt(cluster.peers().size()));
      peer = to;
      peerLife = to.lives();
      lastReplyNanos = world.now();
    }
    if (to.isUp()) {
      send(
          to,
          session == 0
              ? new Request.OpenSession(name + "-" + openings, ttlMillis, METADATA)
              : new Request.KeepAlive(session));
    }
  }

  /** Mostly in time; sometimes when the session is about to end, or has ended. */
  private long nextMillis() {
    if (session == 0) {
      return 100;
    }
    return switch (random.nextInt(8)) {
      case 0 -> Draws.between(random, ttlMillis * 98 / 100, ttlMillis * 106 / 100);
      case 1 -> 3 * ttlMillis;
      default -> ttlMillis / 8;
    };
  }

  private void send(PeerHost to, Request request) {
    long id = ++lastMessage;
    open.put(id, new Sent(request, world.now()));
    if (!to.service().submit(this, "", List.of(new RequestMessage(id, request)))) {
      open.remove(id);
    }
  }

  @Override
  public void reply(long id, Reply reply) {
    lastReplyNanos = world.now();
    Sent sent = open.remove(id);
    if (sent == null) {
      return;
    }
    if (reply instanceof Reply.SessionOpened opened) {
      acknowledged(opened.session(), sent.nanos());
      session = opened.session();
      openings++;
    } else if (reply instanceof Reply.KeptAlive kept) {
      acknowledged(kept.session(), sent.nanos());
    } else if (reply instanceof Reply.Failed failed
        && failed.error() == ErrorCode.SESSION_EXPIRED) {
      session = 0;
      openings++;
    }
  }

  private void acknowledged(long ofSession, long sentNanos) {
    acknowledged.merge(ofSession, sentNanos, Math::max);
    Long endedNanos = ended.get(ofSession);
    if (endedNanos != null) {
      check(ofSession, endedNanos);
    }
  }

  /** The log ended these sessions for their silence. */
  void expired(List<Long> sessions) {
    for (long gone : sessions) {
      if (acknowledged.containsKey(gone)) {
        ended.put(gone, world.now());
        check(gone, world.now());
        world.coverage().mark("keeper: session expired");
      }
    }
  }

  private void check(long ofSession, long endedNanos) {
    long livedMillis = (endedNanos - acknowledged.getOrDefault(ofSession, endedNanos)) / MILLI;
    if (livedMillis < ttlMillis) {
      world.violate(
          "session",
          "session %d of %s expired %d ms after the sending of its last acknowledged keep-alive; its TTL is %d ms"
              .formatted(ofSession, name, livedMillis, ttlMillis));
    }
  }
}
