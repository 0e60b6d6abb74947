package io.holdfast.server.peer;

import io.holdfast.api.Reply;
import io.holdfast.locks.Limit;
import io.holdfast.locks.Limits;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The cluster as this peer sees it, for clients. */
final class ClusterView {
  private ClusterView() {}

  static Reply welcome(PeerContext context) {
    Limits limits = context.machine().limits();
    PeerServiceSettings.Told told = context.settings().told();
    return new Reply.Welcome(
        context.self().toString(),
        context.leaderHint(),
        new Reply.ServerLimits(
            limits.get(Limit.TTL_FLOOR_MILLIS),
            limits.get(Limit.TTL_CEILING_MILLIS),
            told.requestsInFlightMax(),
            told.frameBytesMax()));
  }

  static Reply of(PeerContext context) {
    NodeStatus status = context.node().status();
    List<Reply.PeerRow> rows = new ArrayList<>();
    for (Member member : status.configuration().members().values()) {
      rows.add(row(member, status));
    }
    return new Reply.ClusterState(
        status.self().toString(),
        context.leaderHint(),
        status.term(),
        status.commitIndex(),
        status.appliedIndex(),
        rows,
        status.degradedReason().orElse(null));
  }

  private static Reply.PeerRow row(Member member, NodeStatus status) {
    PeerId peer = member.id();
    Reply.PeerRole role = role(peer, status);
    if (peer.equals(status.self())) {
      return new Reply.PeerRow(
          peer.toString(), member.clientAddress(), role, status.durableIndex(), 0, 0);
    }
    Optional<NodeStatus.PeerStatus> known =
        status.peers().stream().filter(row -> row.peer().equals(peer)).findFirst();
    return new Reply.PeerRow(
        peer.toString(),
        member.clientAddress(),
        role,
        known.map(NodeStatus.PeerStatus::matchIndex).orElse(0L),
        known.map(NodeStatus.PeerStatus::lag).orElse(0L),
        known.map(row -> TimeUnit.NANOSECONDS.toMillis(row.silentNanos())).orElse(-1L));
  }

  private static Reply.PeerRole role(PeerId peer, NodeStatus status) {
    Configuration configuration = status.configuration();
    if (status.leader().filter(peer::equals).isPresent()) {
      return Reply.PeerRole.LEADER;
    }
    if (!configuration.isVoter(peer)) {
      return Reply.PeerRole.LEARNER;
    }
    if (!peer.equals(status.self())) {
      return status.role() == Role.LEADER ? Reply.PeerRole.FOLLOWER : Reply.PeerRole.UNKNOWN;
    }
    return switch (status.role()) {
      case LEADER -> Reply.PeerRole.LEADER;
      case FOLLOWER -> Reply.PeerRole.FOLLOWER;
      case PRE_CANDIDATE, CANDIDATE -> Reply.PeerRole.CANDIDATE;
    };
  }
}
