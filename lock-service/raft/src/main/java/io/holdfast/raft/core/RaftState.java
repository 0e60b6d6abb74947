package io.holdfast.raft.core;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.log.RaftLog;
import io.holdfast.raft.membership.ConfigurationHistory;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.spi.LogStorage;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all roles share: term and vote, log and configurations, commit and applied index, and the
 * two ways out (messages that may leave at once, and those that wait for the disk).
 */
final class RaftState {
  final PeerId self;
  final Timing timing;
  final ReplicationLimits limits;
  final Outbox outbox = new Outbox();
  final ElectionClock clock;
  private final RaftLog log;
  private final ConfigurationHistory configurations;
  private final PersistQueue persist;
  private final long retainedEntries;
  private long nowNanos;
  private long currentTerm;
  private @Nullable PeerId vote;
  private @Nullable PeerId leader;
  private long commitIndex;
  private long appliedIndex;
  private @Nullable SnapshotDescriptor snapshot;
  private @Nullable SnapshotDescriptor toRestore;
  private long restoreAfterBatch;
  private long lastFetchTicket;

  RaftState(
      CoreSettings settings, LogStorage.Recovered recovered, RandomGenerator random, long now) {
    self = settings.self();
    timing = settings.timing();
    limits = settings.limits();
    retainedEntries = settings.retainedEntries();
    nowNanos = now;
    clock = new ElectionClock(timing, random);
    currentTerm = recovered.hardState().currentTerm();
    vote = recovered.hardState().vote();
    snapshot = recovered.snapshot().orElse(null);
    RaftLog stored = new RaftLog(recovered.head(), recovered.entries());
    if (snapshot == null) {
      if (stored.headIndex() != 0) {
        throw new IllegalArgumentException(
            "the log starts after " + stored.head() + " and no snapshot covers what came before");
      }
      configurations = new ConfigurationHistory(EntryId.NONE, settings.initialConfiguration());
      log = stored;
      persist = new PersistQueue(log, stored.lastIndex());
    } else {
      EntryId covered = snapshot.last();
      configurations =
          new ConfigurationHistory(snapshot.configurationEntry(), snapshot.configuration());
      // A crash between a snapshot and the head that goes with it leaves the log that it replaces.
      boolean superseded = !stored.contains(covered);
      log = superseded ? new RaftLog(covered, List.of()) : stored;
      persist = new PersistQueue(log, stored.lastIndex());
      if (superseded) {
        persist.replacedBy(covered);
      }
      commitIndex = covered.index();
      toRestore = snapshot;
      restoreAfterBatch = persist.coveringBatch();
    }
    for (long i = Math.max(log.headIndex(), commitIndex) + 1; i <= log.lastIndex(); i++) {
      configurations.appended(log.entry(i));
    }
    if (snapshot != null && currentTerm < snapshot.last().term()) {
      // The snapshot became durable and the term it came in did not; no vote was given in either.
      enterTerm(snapshot.last().term(), null);
    }
    if (currentTerm < log.last().term()) {
      throw new IllegalArgumentException(
          "the stored term " + currentTerm + " is older than the last entry " + log.last());
    }
  }

  long now() {
    return nowNanos;
  }

  /** Time never runs backwards here, whatever the caller says. */
  void now(long nanos) {
    if (nanos - nowNanos > 0) {
      nowNanos = nanos;
    }
  }

  RaftLog log() {
    return log;
  }

  PersistQueue persist() {
    return persist;
  }

  ConfigurationHistory configurations() {
    return configurations;
  }

  Configuration configuration() {
    return configurations.effective();
  }

  long currentTerm() {
    return currentTerm;
  }

  @Nullable PeerId vote() {
    return vote;
  }

  @Nullable PeerId leader() {
    return leader;
  }

  void leader(@Nullable PeerId peer) {
    leader = peer;
  }

  /**
   * A new term: nobody got this peer's vote in it yet, or nobody will when it abstains.
   *
   * @param votedFor null unless this peer campaigns
   */
  void enterTerm(long term, @Nullable PeerId votedFor) {
    if (term <= currentTerm) {
      throw new IllegalStateException("term " + term + " does not follow " + currentTerm);
    }
    boolean abstains = isAbstaining();
    currentTerm = term;
    vote = abstains ? HardState.NOBODY : votedFor;
    persist.hardState(new HardState(currentTerm, vote));
  }

  void voteFor(PeerId candidate) {
    if (vote != null && !vote.equals(candidate)) {
      throw new IllegalStateException(
          "second vote in term " + currentTerm + ": " + vote + ", then " + candidate);
    }
    if (vote == null) {
      vote = candidate;
      persist.hardState(new HardState(currentTerm, vote));
    }
  }

  /**
   * Whether nothing was ever stored here. Either nothing was ever promised, or all of it was lost;
   * the two cannot be told apart from inside.
   */
  boolean isEmpty() {
    return log.lastIndex() == 0 && snapshot == null;
  }

  /** Whether this peer came with an empty store into a cluster that had begun without it. */
  boolean isAbstaining() {
    return HardState.NOBODY.equals(vote);
  }

  /**
   * From now on this peer votes for nobody, and says so with whatever it attests. What it voted and
   * acknowledged before it lost its store is unknown, and must not be contradicted. Durable with
   * the first entries.
   */
  void abstain() {
    if (!isAbstaining()) {
      vote = HardState.NOBODY;
      persist.hardState(new HardState(currentTerm, vote));
    }
  }

  /**
   * Ends the abstention when a configuration is committed that does not count this peer: a majority
   * of the others holds that configuration and everything before it, so that nobody can win by an
   * old promise of this peer any more. In the current term it votes for nobody else.
   */
  private void endAbstentionWhenUncounted() {
    if (isAbstaining() && !configurations.at(commitIndex).configuration().isVoter(self)) {
      vote = self;
      persist.hardState(new HardState(currentTerm, vote));
    }
  }

  /**
   * A peer outside the voters stays quiet, and so does one whose disk does not answer. One that
   * would be a voter but for entries not known to be committed must campaign all the same, without
   * counting itself: it may hold the only copy of the entry that lets the others elect (thesis
   * §4.2.2). It may know of commitment late, so any configuration since then counts: with {3,7,8}
   * to {7} under way, 7 cannot win against the longer logs of 3 and 8, which have {7} already.
   */
  boolean mayCampaign() {
    return configurations.isVoterSince(commitIndex, self)
        && !isAbstaining()
        && persist.oldestAgeNanos(nowNanos) < timing.electionTimeoutMinNanos();
  }

  /** Sends what is true now, or as soon as everything that changed so far is durable. */
  void sendWhenDurable(PeerId to, Message message) {
    if (persist.isSettled() && !to.equals(self)) {
      outbox.send(to, message);
    } else {
      persist.hold(currentTerm, to, message);
    }
  }

  /**
   * @return whether the configuration changed
   */
  boolean append(Entry entry) {
    log.append(entry);
    boolean changed = configurations.appended(entry);
    if (changed) {
      outbox.configurationChanged();
    }
    return changed;
  }

  void truncateFrom(long index) {
    if (index <= commitIndex) {
      throw new IllegalStateException(
          "entry " + log.idAt(index) + " is committed and cannot be overwritten");
    }
    log.truncateFrom(index);
    persist.truncatedFrom(index);
    if (configurations.truncatedFrom(index)) {
      outbox.configurationChanged();
    }
  }

  /** Never the same twice: an answer may come when another reign of this peer has begun. */
  long nextFetchTicket() {
    return ++lastFetchTicket;
  }

  long commitIndex() {
    return commitIndex;
  }

  /**
   * @return whether the commit index rose
   */
  boolean commitTo(long index) {
    if (index > log.lastIndex()) {
      throw new IllegalStateException(
          "commit " + index + " is beyond the end of the log " + log.last());
    }
    if (index <= commitIndex) {
      return false;
    }
    commitIndex = index;
    endAbstentionWhenUncounted();
    return true;
  }

  long appliedIndex() {
    return appliedIndex;
  }

  /**
   * Only what is committed and durable here may be applied, and nothing before a pending restore.
   */
  long applicableIndex() {
    return toRestore != null ? appliedIndex : Math.min(commitIndex, persist.durableIndex());
  }

  void applied(long index) {
    if (index < appliedIndex || index > applicableIndex()) {
      throw new IllegalStateException(
          "applied " + index + ", allowed is " + appliedIndex + ".." + applicableIndex());
    }
    appliedIndex = index;
    log.evict(limits.logCacheBytesMax(), index);
  }

  @Nullable SnapshotDescriptor snapshot() {
    return snapshot;
  }

  /** A snapshot of this peer's own state is durable: what it covers may be compacted. */
  void snapshotTaken(SnapshotDescriptor taken) {
    long index = taken.last().index();
    if (index > appliedIndex || (snapshot != null && index <= snapshot.last().index())) {
      return;
    }
    snapshot = taken;
    long newHead = index - retainedEntries;
    if (newHead > log.headIndex()) {
      EntryId head = log.idAt(newHead);
      log.compactTo(newHead);
      persist.compacted(head);
    }
    configurations.compactedTo(Math.min(index, Math.max(newHead, 0)));
  }

  /** A snapshot of another peer is durable here: takes from it what is not known yet. */
  void snapshotReceived(SnapshotDescriptor received, boolean leads) {
    EntryId last = received.last();
    if (last.index() <= commitIndex) {
      return;
    }
    if (log.contains(last)) {
      commitTo(last.index());
    } else if (leads) {
      throw new IllegalStateException("snapshot " + last + " is not part of the leader's log");
    } else {
      install(received);
    }
  }

  /** Replaces the log by a durable snapshot of another peer (Raft paper §7). */
  private void install(SnapshotDescriptor received) {
    EntryId last = received.last();
    if (last.index() <= commitIndex) {
      throw new IllegalStateException(
          "snapshot " + last + " is behind the commit index " + commitIndex);
    }
    log.resetTo(last);
    persist.replacedBy(last);
    configurations.reset(received.configurationEntry(), received.configuration());
    outbox.configurationChanged();
    commitIndex = last.index();
    snapshot = received;
    toRestore = received;
    endAbstentionWhenUncounted();
    restoreAfterBatch = persist.coveringBatch();
  }

  /** The installed snapshot the state machine must take now: the log that follows it is durable. */
  @Nullable SnapshotDescriptor restorable() {
    return toRestore != null && persist.isDurable(restoreAfterBatch) ? toRestore : null;
  }

  void restored(SnapshotDescriptor restored) {
    if (restored.equals(toRestore)) {
      toRestore = null;
      appliedIndex = restored.last().index();
    }
  }
}
