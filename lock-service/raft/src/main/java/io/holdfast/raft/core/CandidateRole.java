package io.holdfast.raft.core;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.membership.Quorum;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.PreVoteReply;
import io.holdfast.raft.message.Message.PreVoteRequest;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;
import io.holdfast.raft.tracker.VoteTally;

/**
 * One campaign: first whether it could be won (pre-vote), or for votes. Requests for votes leave
 * only when term, own vote and log are durable: a candidate that lost its memory in a crash must
 * never meet votes that were given to what it was before.
 */
final class CandidateRole {
  private final RaftState state;
  private final Transitions transitions;
  private final boolean preVote;
  private final long campaignTerm;
  private final VoteTally tally = new VoteTally();

  private CandidateRole(
      RaftState state, Transitions transitions, boolean preVote, long campaignTerm) {
    this.state = state;
    this.transitions = transitions;
    this.preVote = preVote;
    this.campaignTerm = campaignTerm;
  }

  static CandidateRole preVote(RaftState state, Transitions transitions) {
    return new CandidateRole(state, transitions, true, state.currentTerm() + 1);
  }

  static CandidateRole vote(RaftState state, Transitions transitions) {
    return new CandidateRole(state, transitions, false, state.currentTerm());
  }

  void start(boolean onLeadersRequest) {
    state.clock.campaignBegins(state.now());
    if (preVote) {
      ask(new PreVoteRequest(state.currentTerm(), campaignTerm, state.log().last()));
      record(state.self, true);
    } else {
      ask(new VoteRequest(campaignTerm, state.log().last(), onLeadersRequest));
      state.sendWhenDurable(state.self, new VoteReply(campaignTerm, true));
    }
  }

  private void ask(Message request) {
    for (PeerId peer : state.configuration().members().keySet()) {
      if (peer.equals(state.self) || !state.configuration().isVoter(peer)) {
        continue;
      }
      if (preVote) {
        state.outbox.send(peer, request);
      } else {
        state.sendWhenDurable(peer, request);
      }
    }
  }

  /** An answer of the current term; one to an earlier pre-vote counts for nothing. */
  void onAnswer(PeerId from, Message message) {
    if (message instanceof PreVoteReply reply) {
      if (preVote && reply.campaignTerm() == campaignTerm) {
        record(from, reply.granted());
      }
    } else if (message instanceof VoteReply reply && !preVote) {
      record(from, reply.granted());
    }
  }

  private void record(PeerId voter, boolean granted) {
    tally.record(voter, granted);
    switch (Quorum.voteResult(state.configuration(), tally.granted(), tally.refused())) {
      case WON -> {
        if (preVote) {
          transitions.becomeCandidate(false);
        } else {
          transitions.becomeLeader();
        }
      }
      case LOST -> transitions.becomeFollower(state.currentTerm(), null);
      case PENDING -> {}
    }
  }
}
