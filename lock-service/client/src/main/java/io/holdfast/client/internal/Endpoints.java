package io.holdfast.client.internal;

import io.holdfast.api.LeaderHint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Where to connect next: the leader if it is known and reachable, otherwise round the list. */
final class Endpoints {
  /** Most addresses remembered as unreachable. */
  private static final int AVOIDED_MAX = 64;

  private final List<String> configured;
  private final Map<String, Long> avoidedUntil = new HashMap<>();

  /**
   * Kept apart: one failed move to a peer must not keep it out of the round, it may be the last.
   */
  private final Map<String, Long> hintAvoidedUntil = new HashMap<>();

  private int next = -1;
  private @Nullable LeaderHint leader;

  Endpoints(List<String> configured) {
    this.configured = configured;
  }

  int size() {
    return configured.size();
  }

  void leader(@Nullable LeaderHint hint) {
    leader = hint;
  }

  @Nullable LeaderHint leader() {
    return leader;
  }

  /** Leaves an address alone for a while, unless there is no other. */
  void avoid(String address, long nowNanos, long nanos) {
    put(avoidedUntil, address, nowNanos + nanos);
  }

  /** Does not follow a hint to this address for a while. */
  void avoidHint(String address, long nowNanos, long nanos) {
    put(hintAvoidedUntil, address, nowNanos + nanos);
  }

  private void put(Map<String, Long> avoided, String address, long untilNanos) {
    if (leader != null && leader.clientAddress().equals(address)) {
      leader = null;
    }
    if (avoided.size() == AVOIDED_MAX) {
      avoided.clear();
    }
    avoided.put(address, untilNanos);
  }

  void reached(String address) {
    avoidedUntil.remove(address);
    hintAvoidedUntil.remove(address);
  }

  /** Whether a hint to this address is not to be followed now. */
  boolean isHintAvoided(String address, long nowNanos) {
    return isIn(avoidedUntil, address, nowNanos) || isIn(hintAvoidedUntil, address, nowNanos);
  }

  private static boolean isIn(Map<String, Long> avoided, String address, long nowNanos) {
    Long until = avoided.get(address);
    return until != null && nowNanos - until < 0;
  }

  /** The next address to try; the first one is drawn, so that clients spread over the peers. */
  String next(long nowNanos, RandomGenerator random) {
    if (next < 0) {
      next = random.nextInt(configured.size());
    }
    if (leader != null && !isHintAvoided(leader.clientAddress(), nowNanos)) {
      String address = leader.clientAddress();
      leader = null;
      return address;
    }
    for (int tried = 0; tried < configured.size(); tried++) {
      String address = rotate();
      if (!isIn(avoidedUntil, address, nowNanos)) {
        return address;
      }
    }
    return rotate();
  }

  private String rotate() {
    String address = configured.get(next % configured.size());
    next = (next + 1) % configured.size();
    return address;
  }
}
