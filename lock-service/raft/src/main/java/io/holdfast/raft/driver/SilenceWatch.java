package io.holdfast.raft.driver;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.core.Timing;
import io.holdfast.raft.spi.Transport;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Drops the connection to a peer that should speak and does not, so that the next message
 * reconnects: after a healed partition a stuck connection may hold for many seconds more. Whoever
 * is not expected to speak (one follower to another) is left alone.
 */
final class SilenceWatch {
  private static final long SILENCE_MIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RaftCore core;
  private final Transport transport;
  private final long silenceNanos;
  private final long checkNanos;
  private final SortedMap<PeerId, Long> quietSince = new TreeMap<>();
  private long nextCheckNanos;

  SilenceWatch(RaftCore core, Transport transport, Timing timing, long nowNanos) {
    this.core = core;
    this.transport = transport;
    this.silenceNanos = Math.max(SILENCE_MIN_NANOS, 2 * timing.heartbeatNanos());
    this.checkNanos = timing.heartbeatNanos();
    this.nextCheckNanos = nowNanos;
  }

  void heard(PeerId peer, long nowNanos) {
    quietSince.replace(peer, nowNanos);
  }

  void check(long nowNanos) {
    if (nowNanos - nextCheckNanos < 0) {
      return;
    }
    nextCheckNanos = nowNanos + checkNanos;
    List<PeerId> expected = expected();
    quietSince.keySet().retainAll(expected);
    for (PeerId peer : expected) {
      Long since = quietSince.putIfAbsent(peer, nowNanos);
      if (since != null && nowNanos - since >= silenceNanos) {
        transport.drop(peer);
        quietSince.put(peer, nowNanos);
      }
    }
  }

  private List<PeerId> expected() {
    if (core.role() == Role.LEADER) {
      return core.trackers().stream().map(PeerTracker::peer).toList();
    }
    List<PeerId> expected = new ArrayList<>();
    if (core.role() == Role.FOLLOWER) {
      core.leader().ifPresent(expected::add);
    } else {
      for (PeerId member : core.configuration().members().keySet()) {
        if (core.configuration().isVoter(member) && !member.equals(core.self())) {
          expected.add(member);
        }
      }
    }
    return expected;
  }
}
