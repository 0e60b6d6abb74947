package io.holdfast.server.peer;

import com.google.common.net.HostAndPort;
import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.MembershipCallback;
import io.holdfast.raft.driver.NodeStatus;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.driver.TransferCallback;
import io.holdfast.raft.membership.MembershipChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a leader does for administrators of the cluster itself: tells who the members are, changes
 * them, and hands leadership over. A request for what is so already succeeds, so that one whose
 * outcome was unknown can be repeated.
 */
final class MemberDesk {
  private final PeerContext context;
  private final CallSink sink;
  private final BiConsumer<Call, Runnable> confirmer;

  /**
   * @param confirmer does something once a quorum round has confirmed that this peer leads
   */
  MemberDesk(PeerContext context, CallSink sink, BiConsumer<Call, Runnable> confirmer) {
    this.context = context;
    this.sink = sink;
    this.confirmer = confirmer;
  }

  void serve(Call call) {
    confirmer.accept(
        call,
        () -> {
          try {
            confirmed(call);
          } catch (Commands.RefusedException refused) {
            finish(call, refused.reply());
          }
        });
  }

  private void confirmed(Call call) {
    Request request = call.request();
    if (request instanceof Request.Members) {
      finish(call, list());
    } else if (request instanceof Request.Transfer transfer) {
      transfer(call, transfer.peer() == null ? mostUpToDate() : peer(transfer.peer()));
    } else if (request instanceof Request.AddMember add) {
      add(call, add);
    } else if (request instanceof Request.PromoteMember promote) {
      PeerId peer = member(promote.peer());
      change(call, configuration().voters().contains(peer), MembershipChange.promote(peer));
    } else if (request instanceof Request.DemoteMember demote) {
      PeerId peer = member(demote.peer());
      change(call, configuration().isLearner(peer), MembershipChange.demote(peer));
    } else if (request instanceof Request.RemoveMember remove) {
      PeerId peer = peer(remove.peer());
      boolean gone = configuration().retired().contains(peer);
      change(call, gone, MembershipChange.remove(gone ? peer : member(remove.peer())));
    } else {
      throw new IllegalStateException(request.op() + " does not concern the members");
    }
  }

  private void add(Call call, Request.AddMember add) {
    Member member =
        new Member(
            peer(add.peer()),
            address("peerAddress", add.peerAddress()),
            address("clientAddress", add.clientAddress()));
    boolean known = member.equals(configuration().members().get(member.id()));
    change(call, known, MembershipChange.addLearner(member));
  }

  private void change(Call call, boolean isSo, MembershipChange change) {
    if (isSo && !configuration().isJoint()) {
      finish(call, list());
      return;
    }
    call.setMayHaveEffect(true);
    context.noteNodeAsked();
    context
        .node()
        .changeMembership(
            change,
            new MembershipCallback() {
              @Override
              public void changed(Configuration inForce) {
                finish(call, list());
              }

              @Override
              public void failed(ProposalFailure why) {
                MemberDesk.this.failed(call, why);
              }
            });
  }

  private void failed(Call call, ProposalFailure why) {
    if (why instanceof ProposalFailure.OutcomeUnknown unknown) {
      finish(call, Refusals.outcomeUnknown(unknown.reason()));
    } else if (why instanceof ProposalFailure.Refused refused) {
      finish(call, refusal(null, refused.reason()));
    } else if (why instanceof ProposalFailure.Busy busy) {
      finish(call, refusal(null, busy.reason() + "; ask again when it is over"));
    } else {
      call.setMayHaveEffect(false);
      sink.notTaken(call, ErrorCode.NO_LEADER);
    }
  }

  private void transfer(Call call, PeerId to) {
    if (context.isSelf(to)) {
      finish(call, new Reply.Transferred(to.toString()));
      return;
    }
    call.setMayHaveEffect(true);
    context.noteNodeAsked();
    context
        .node()
        .transferLeadership(
            to,
            new TransferCallback() {
              @Override
              public void handedOver() {
                finish(call, new Reply.Transferred(to.toString()));
              }

              @Override
              public void failed(String reason) {
                finish(call, refusal(to, "leadership was not handed over: " + reason));
              }
            });
  }

  private PeerId mostUpToDate() {
    return context.node().status().peers().stream()
        .filter(row -> configuration().voters().contains(row.peer()))
        .max(Comparator.comparingLong(NodeStatus.PeerStatus::matchIndex))
        .map(NodeStatus.PeerStatus::peer)
        .orElseThrow(
            () ->
                new Commands.RefusedException(
                    refusal(null, "there is no other voter; add and promote one first")));
  }

  private Reply.MemberList list() {
    NodeStatus status = context.node().status();
    List<Reply.MemberRow> rows = new ArrayList<>();
    for (Member member : status.configuration().members().values()) {
      rows.add(row(member, status));
    }
    return new Reply.MemberList(rows, status.configuration().isJoint(), status.appliedIndex());
  }

  private static Reply.MemberRow row(Member member, NodeStatus status) {
    PeerId peer = member.id();
    boolean self = peer.equals(status.self());
    Optional<NodeStatus.PeerStatus> known =
        status.peers().stream().filter(row -> row.peer().equals(peer)).findFirst();
    return new Reply.MemberRow(
        peer.toString(),
        member.peerAddress(),
        member.clientAddress(),
        role(peer, status.configuration()),
        status.leader().filter(peer::equals).isPresent(),
        self ? status.durableIndex() : known.map(NodeStatus.PeerStatus::matchIndex).orElse(0L),
        self ? 0 : known.map(row -> Math.max(0, row.lag())).orElse(0L),
        self ? 0 : known.map(row -> TimeUnit.NANOSECONDS.toMillis(row.silentNanos())).orElse(-1L));
  }

  private static Reply.MemberRole role(PeerId peer, Configuration configuration) {
    if (configuration.voters().contains(peer)) {
      return Reply.MemberRole.VOTER;
    }
    return configuration.isVoter(peer) ? Reply.MemberRole.LEAVING : Reply.MemberRole.LEARNER;
  }

  private Configuration configuration() {
    return context.node().core().configuration();
  }

  private PeerId member(String text) {
    PeerId peer = peer(text);
    if (!configuration().members().containsKey(peer)) {
      throw new Commands.RefusedException(
          Reply.Failed.of(
              ErrorCode.NOT_FOUND,
              "peer",
              text,
              peer + " is no member; the members are " + configuration().members().keySet()));
    }
    return peer;
  }

  private static PeerId peer(String text) {
    try {
      return new PeerId(Integer.parseInt(text.startsWith("peer-") ? text.substring(5) : text));
    } catch (IllegalArgumentException notOne) {
      throw wrong("peer", text, "is not a peer; write its number, such as 4 or peer-4");
    }
  }

  private static String address(String field, String text) {
    try {
      HostAndPort address = HostAndPort.fromString(text);
      if (!address.getHost().isEmpty() && address.hasPort() && address.getPort() > 0) {
        return text;
      }
    } catch (IllegalArgumentException notOne) {
      throw wrong(field, text, "is not host:port, such as 10.0.0.4:7800");
    }
    throw wrong(field, text, "is not host:port, such as 10.0.0.4:7800");
  }

  private static Commands.RefusedException wrong(String field, String value, String problem) {
    return new Commands.RefusedException(
        Reply.Failed.of(
            ErrorCode.INVALID_REQUEST, field, value, field + " \"" + value + "\" " + problem));
  }

  private static Reply.Failed refusal(@Nullable PeerId peer, String reason) {
    return peer == null
        ? Reply.Failed.of(ErrorCode.MEMBERSHIP_REFUSED, reason)
        : Reply.Failed.of(ErrorCode.MEMBERSHIP_REFUSED, "peer", peer.toString(), reason);
  }

  private void finish(Call call, Reply reply) {
    sink.finish(call, reply, context.appliedIndex());
  }
}
