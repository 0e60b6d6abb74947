package io.holdfast.raft.core;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message.PreVoteReply;
import io.holdfast.raft.message.Message.PreVoteRequest;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;

/**
 * How a peer answers those who want to lead (Raft paper §5.2, §5.4.1; thesis §4.2.3, §9.6). Any
 * peer answers, also one that does not find itself among the voters: it may not have heard yet of
 * the configuration in which it is one.
 */
final class Voting {
  private final RaftState state;

  Voting(RaftState state) {
    this.state = state;
  }

  /**
   * Whether a campaign must be ignored because this peer hears a leader. A peer whose last known
   * leader asks for its vote does not: that leader has lost its leadership.
   */
  boolean isLoyal(Role role, PeerId candidate) {
    if (role == Role.LEADER) {
      return true;
    }
    return state.leader() != null
        && !candidate.equals(state.leader())
        && state.clock.hearsLeader(state.now());
  }

  /** Changes nothing here: neither term nor vote nor timer. */
  void onPreVoteRequest(PeerId from, PreVoteRequest request) {
    boolean granted = request.campaignTerm() > state.currentTerm() && mayTrust(request.lastEntry());
    state.outbox.send(from, new PreVoteReply(state.currentTerm(), request.campaignTerm(), granted));
  }

  /**
   * Whether a candidate with this last entry may lead as far as this peer can know (§5.4.1). A peer
   * whose store is empty may have lost everything; with others of its kind it founds a cluster, but
   * between logs it cannot choose.
   */
  private boolean mayTrust(EntryId lastEntry) {
    return lastEntry.isAtLeastAsUpToDateAs(state.log().last())
        && !state.isAbstaining()
        && (!state.isEmpty() || lastEntry.equals(EntryId.NONE));
  }

  /**
   * A request in the current term.
   *
   * @return whether the vote was given
   */
  boolean onVoteRequest(PeerId from, VoteRequest request) {
    boolean mayVote = from.equals(state.vote()) || (state.vote() == null && state.leader() == null);
    if (!mayVote || !mayTrust(request.lastEntry())) {
      state.outbox.send(from, new VoteReply(state.currentTerm(), false));
      return false;
    }
    state.voteFor(from);
    state.clock.rearm(state.now());
    state.sendWhenDurable(from, new VoteReply(state.currentTerm(), true));
    return true;
  }
}
