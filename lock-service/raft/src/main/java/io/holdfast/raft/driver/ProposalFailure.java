package io.holdfast.raft.driver;

import io.holdfast.raft.PeerId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a proposal or a read was not answered, and what the caller may assume. */
public sealed interface ProposalFailure {
  /** Whether it is certain that the command never took effect and never will. */
  boolean isDefinite();

  /** This peer does not lead. Definite. */
  record NotLeader(@Nullable PeerId hint) implements ProposalFailure {
    /** The peer that leads, as far as this one knows. */
    public Optional<PeerId> leader() {
      return Optional.ofNullable(hint);
    }

    @Override
    public boolean isDefinite() {
      return true;
    }
  }

  /** A bound is reached, or leadership is being handed over. Definite; try again later. */
  record Busy(String reason) implements ProposalFailure {
    @Override
    public boolean isDefinite() {
      return true;
    }
  }

  /** What is asked for cannot be done as things are. Definite; the reason is for an operator. */
  record Refused(String reason) implements ProposalFailure {
    @Override
    public boolean isDefinite() {
      return true;
    }
  }

  /** The command was appended, and whether it will be committed is not known here. */
  record OutcomeUnknown(String reason) implements ProposalFailure {
    @Override
    public boolean isDefinite() {
      return false;
    }
  }
}
