package io.holdfast.raft.core;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.tracker.PeerTracker;
import org.jspecify.annotations.Nullable;

/**
 * Hands leadership to a chosen voter (thesis §3.10): stop taking proposals, bring the target up to
 * date, tell it to campaign at once. Given up after one election timeout.
 */
final class LeadershipTransfer {
  private final RaftState state;
  private @Nullable PeerId target;
  private long deadlineNanos;
  private boolean told;

  LeadershipTransfer(RaftState state) {
    this.state = state;
  }

  @Nullable PeerId target() {
    return target;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  void begin(PeerId to) {
    if (to.equals(target)) {
      return;
    }
    target = to;
    told = false;
    deadlineNanos = state.now() + state.timing.electionTimeoutMaxNanos();
  }

  /** Tells the target once it holds the whole log. */
  void advance(PeerTracker tracker) {
    if (!told && tracker.peer().equals(target) && tracker.matchIndex() == state.log().lastIndex()) {
      told = true;
      state.outbox.send(tracker.peer(), new TimeoutNow(state.currentTerm()));
    }
  }

  void abortIfOverdue() {
    if (target != null && state.now() - deadlineNanos >= 0) {
      target = null;
    }
  }

  /** The target is no longer a voter. */
  void abort() {
    target = null;
  }
}
