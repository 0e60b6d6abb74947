package io.holdfast.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.locks.SessionEnd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What clients saw, judged as they see it. */
final class SoakRecord {
  private static final long MILLI = 1_000_000L;

  private final SimCluster cluster;
  private final List<SoakClient> clients = new ArrayList<>();
  private final Map<String, Long> sessionByGrant = new HashMap<>();
  private final Map<Long, Alive> alive = new HashMap<>();
  private final Map<Long, Long> expiredAt = new HashMap<>();

  SoakRecord(SimCluster cluster) {
    this.cluster = cluster;
  }

  private record Alive(long ttlMillis, long sentNanos) {}

  void add(SoakClient client) {
    clients.add(client);
  }

  void granted(String lock, long token, long session) {
    Long other = sessionByGrant.put(lock + "/" + token, session);
    assertThat(other == null || other == session)
        .as("token %s of %s was granted to sessions %s and %s", token, lock, other, session)
        .isTrue();
  }

  void holds(String lock, SoakClient holder) {
    for (SoakClient client : clients) {
      assertThat(client == holder || !client.trusts(lock))
          .as("%s and %s both trust to hold %s", client, holder, lock)
          .isTrue();
    }
  }

  /** A keep-alive sent at a time was acknowledged. */
  void keptAlive(long session, long ttlMillis, long sentNanos, long ackedNanos) {
    Long ended = expiredAt.get(session);
    Alive before = alive.get(session);
    if (ended == null && (before == null || before.sentNanos() < sentNanos)) {
      alive.put(session, new Alive(ttlMillis, sentNanos));
    }
    if (ended != null) {
      assertThat(ended - sentNanos)
          .as("session %s expired; a keep-alive was acknowledged at %s", session, ackedNanos)
          .isGreaterThanOrEqualTo(ttlMillis * MILLI);
    }
  }

  /** Looks whether any peer expired a session, after each thing that happened. */
  void lookForExpiries() {
    alive.keySet().removeAll(expiredAt.keySet());
    for (Map.Entry<Long, Alive> entry : alive.entrySet()) {
      long session = entry.getKey();
      for (SimPeer peer : cluster.peers()) {
        Optional<SessionEnd> end =
            peer.isUp() ? peer.machine().sessionEnd(session) : Optional.empty();
        if (end.isPresent()) {
          expiredAt.put(session, cluster.world.now());
          assertThat(cluster.world.now() - entry.getValue().sentNanos())
              .as("time from the last acknowledged keep-alive of %s to its expiry", session)
              .isGreaterThanOrEqualTo(entry.getValue().ttlMillis() * MILLI);
          break;
        }
      }
    }
  }

  int expiries() {
    return expiredAt.size();
  }
}
