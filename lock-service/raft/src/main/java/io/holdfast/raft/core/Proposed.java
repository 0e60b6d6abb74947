package io.holdfast.raft.core;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import org.jspecify.annotations.Nullable;

/** What became of a proposal at once. Refusals are definite: nothing was appended. */
public sealed interface Proposed {
  /** The command is in this leader's log; it is not committed yet. */
  record Accepted(EntryId id) implements Proposed {}

  record NotLeader(@Nullable PeerId hint) implements Proposed {}

  record Busy(String reason) implements Proposed {}

  /** What is asked for cannot be done as things are; the reason is meant for an operator. */
  record Refused(String reason) implements Proposed {}
}
