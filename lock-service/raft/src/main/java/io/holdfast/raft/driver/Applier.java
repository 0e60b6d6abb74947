package io.holdfast.raft.driver;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.spi.StateMachine;

/** Brings committed entries to the state machine and to those who wait for them. */
final class Applier<R> {
  private final RaftCore core;
  private final StateMachine<R> machine;
  private final Requests<R> requests;
  private final SnapshotTaker taker;
  private final NodeListener<R> listener;

  Applier(
      RaftCore core,
      StateMachine<R> machine,
      Requests<R> requests,
      SnapshotTaker taker,
      NodeListener<R> listener) {
    this.core = core;
    this.machine = machine;
    this.requests = requests;
    this.taker = taker;
    this.listener = listener;
  }

  /**
   * Applies a slice of what is committed and durable here, in the order of the log.
   *
   * @return whether there was anything
   */
  boolean applySlice(int entriesMax) {
    long from = core.appliedIndex() + 1;
    long to = Math.min(core.applicableIndex(), core.appliedIndex() + entriesMax);
    for (long index = from; index <= to; index++) {
      apply(core.entry(index));
    }
    return to >= from;
  }

  private void apply(Entry entry) {
    if (entry.type() == EntryType.COMMAND) {
      R result = machine.apply(entry.id(), entry.payload());
      applied(entry);
      ProposalCallback<R> callback = requests.takeApplied(entry.id());
      if (callback != null) {
        callback.applied(entry.id(), result);
      }
      listener.applied(entry.id(), result);
      return;
    }
    applied(entry);
    if (entry.type() == EntryType.CONFIGURATION) {
      requests.configurationApplied(entry.id(), Configuration.decode(entry.payload()));
    }
  }

  private void applied(Entry entry) {
    core.applied(entry.index());
    taker.applied(entry);
  }
}
