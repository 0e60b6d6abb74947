package io.holdfast.raft.driver;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Proposed;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Ready;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.membership.MembershipChange;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What the layer above asked for and was not answered yet: proposals of one reign in the order of
 * the log, reads in the order of their tickets, one leadership transfer, one change of members.
 *
 * @param <R> the result of a command
 */
final class Requests<R> {
  private record PendingProposal<R>(EntryId id, ProposalCallback<R> callback) {}

  private record PendingRead(long ticket, ReadCallback callback) {}

  private record PendingChange(EntryId id, MembershipCallback callback) {}

  private final RaftCore core;
  private final ArrayDeque<PendingProposal<R>> proposals = new ArrayDeque<>();
  private final ArrayDeque<PendingRead> reads = new ArrayDeque<>();
  private long lastReadTicket;
  private @Nullable TransferCallback transfer;
  private @Nullable PendingChange change;

  Requests(RaftCore core) {
    this.core = core;
  }

  void propose(byte[] command, ProposalCallback<R> callback) {
    Proposed proposed = core.propose(command);
    if (proposed instanceof Proposed.Accepted accepted) {
      proposals.addLast(new PendingProposal<>(accepted.id(), callback));
    } else {
      callback.failed(refusal(proposed));
    }
  }

  private static ProposalFailure refusal(Proposed refused) {
    if (refused instanceof Proposed.Busy busy) {
      return new ProposalFailure.Busy(busy.reason());
    }
    if (refused instanceof Proposed.Refused impossible) {
      return new ProposalFailure.Refused(impossible.reason());
    }
    return new ProposalFailure.NotLeader(
        refused instanceof Proposed.NotLeader elsewhere ? elsewhere.hint() : null);
  }

  boolean hasProposals() {
    return !proposals.isEmpty();
  }

  /** The callback of an applied entry, if it was proposed here. */
  @Nullable ProposalCallback<R> takeApplied(EntryId id) {
    PendingProposal<R> oldest = proposals.peekFirst();
    if (oldest == null || oldest.id().index() > id.index()) {
      return null;
    }
    if (!oldest.id().equals(id)) {
      throw new IllegalStateException("applied " + id + " where " + oldest.id() + " was proposed");
    }
    proposals.removeFirst();
    return oldest.callback();
  }

  void readIndex(ReadCallback callback) {
    Proposed refused = core.readIndex(lastReadTicket + 1);
    if (refused == null) {
      reads.addLast(new PendingRead(++lastReadTicket, callback));
    } else {
      callback.failed(refusal(refused));
    }
  }

  void answerReads(Ready ready) {
    ready.reads().forEach(read -> takeRead(read.ticket()).confirmed(read.index()));
    if (!ready.failedReads().isEmpty()) {
      ProposalFailure why = new ProposalFailure.NotLeader(core.leader().orElse(null));
      ready.failedReads().forEach(ticket -> takeRead(ticket).failed(why));
    }
  }

  private ReadCallback takeRead(long ticket) {
    PendingRead oldest = reads.removeFirst();
    if (oldest.ticket() != ticket) {
      throw new IllegalStateException(
          "read " + ticket + " was answered before read " + oldest.ticket());
    }
    return oldest.callback();
  }

  void changeMembership(MembershipChange wanted, MembershipCallback callback) {
    Proposed proposed = core.proposeMembership(wanted);
    if (proposed instanceof Proposed.Accepted accepted) {
      change = new PendingChange(accepted.id(), callback);
    } else {
      callback.failed(refusal(proposed));
    }
  }

  /** A configuration is committed and applied. */
  void configurationApplied(EntryId id, Configuration configuration) {
    PendingChange pending = change;
    if (pending != null && id.index() >= pending.id().index() && !configuration.isJoint()) {
      change = null;
      pending.callback().changed(configuration);
    }
  }

  void transferLeadership(PeerId to, TransferCallback callback) {
    String refusal = core.transferLeadership(to);
    if (refusal != null) {
      callback.failed(refusal);
      return;
    }
    TransferCallback replaced = transfer;
    transfer = callback;
    if (replaced != null) {
      replaced.failed("replaced by a transfer to " + to);
    }
  }

  void endTransferWhenOver() {
    TransferCallback callback = transfer;
    if (callback == null || core.transferTarget().isPresent()) {
      return;
    }
    transfer = null;
    if (core.role() == Role.LEADER) {
      callback.failed("the target did not take over within an election timeout");
    } else {
      callback.handedOver();
    }
  }

  /** Proposals of a reign that is over are in the log; others decide whether they are committed. */
  void roleChanged() {
    PendingProposal<R> oldest = proposals.peekFirst();
    if (oldest != null
        && (core.role() != Role.LEADER || oldest.id().term() != core.currentTerm())) {
      failProposals("leadership of term " + oldest.id().term() + " was lost");
    }
    PendingChange pending = change;
    if (pending != null
        && (core.role() != Role.LEADER || pending.id().term() != core.currentTerm())) {
      failChange("leadership of term " + pending.id().term() + " was lost");
    }
  }

  private void failChange(String reason) {
    PendingChange pending = change;
    change = null;
    if (pending != null) {
      pending.callback().failed(new ProposalFailure.OutcomeUnknown(reason));
    }
  }

  private void failProposals(String reason) {
    ProposalFailure unknown = new ProposalFailure.OutcomeUnknown(reason);
    while (!proposals.isEmpty()) {
      proposals.removeFirst().callback().failed(unknown);
    }
  }

  /** Nothing will be answered any more. */
  void failAll(String reason) {
    failProposals(reason);
    failChange(reason);
    ProposalFailure why = new ProposalFailure.NotLeader(null);
    while (!reads.isEmpty()) {
      reads.removeFirst().callback().failed(why);
    }
    TransferCallback callback = transfer;
    transfer = null;
    if (callback != null) {
      callback.failed(reason);
    }
  }
}
