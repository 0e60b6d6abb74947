package io.holdfast.chaos.sim;

import io.holdfast.locks.CommandResult;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.membership.ConfigurationHistory.Placed;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The consensus layer's invariants, by the numbers of the scenario list, checked after every turn
 * of a peer and for every message that leaves one. It counts majorities by itself, so that a wrong
 * count in the code under test cannot hide.
 */
final class RaftInvariants implements PeerHost.Watcher, PeerNetwork.Watcher {
  private final SimWorld world;
  private final LockTruth truth;
  private final TimingRules timing;
  private final ConfigurationRules configurations;
  private final Map<PeerId, PeerHost> peers = new TreeMap<>();
  private final Map<Long, PeerId> leaders = new HashMap<>();
  private final Map<Vote, PeerId> votes = new HashMap<>();
  private final Map<EntryId, Written> written = new HashMap<>();
  private final Map<PeerId, Seen> seen = new TreeMap<>();

  /** Term of each committed entry, by index. */
  private long[] committedTerms = new long[1_024];

  /** The lowest term in which an entry was known to be committed, by index. */
  private long[] knownInTerms = new long[1_024];

  private long committed;

  private record Vote(PeerId voter, long term) {}

  private record Written(Entry entry, long previousTerm) {}

  /** What a peer looked like after its last turn in this life. */
  private static final class Seen {
    private long term;
    private long commit;
    private EntryId last = EntryId.NONE;
    private boolean led;
  }

  RaftInvariants(SimWorld world, LockTruth truth, TimingRules timing) {
    this.world = world;
    this.truth = truth;
    this.timing = timing;
    this.configurations = new ConfigurationRules(world);
  }

  /** The configuration before the first entry. */
  void founded(Configuration founding) {
    configurations.founded(founding);
  }

  ConfigurationRules configurations() {
    return configurations;
  }

  void add(PeerHost peer) {
    peers.put(peer.id(), peer);
  }

  long committed() {
    return committed;
  }

  private PeerHost peer(PeerId id) {
    PeerHost found = peers.get(id);
    if (found == null) {
      throw new IllegalStateException("nobody is " + id);
    }
    return found;
  }

  private void violate(PeerHost peer, String check, String what) {
    world.violate(check, peer.id() + " " + what);
  }

  @Override
  public void started(PeerHost peer) {
    timing.started(peer);
    configurations.started(peer);
    RaftCore core = peer.core();
    Seen fresh = new Seen();
    fresh.term = core.currentTerm();
    fresh.commit = core.commitIndex();
    fresh.last = core.lastEntry();
    seen.put(peer.id(), fresh);
    if (peer.image().hardState().currentTerm() > fresh.term) {
      violate(peer, "I3", "starts in term " + fresh.term + ", behind its disk");
    }
    if (core.firstEntryPosition().index() > peer.image().snapshotIndex()) {
      violate(peer, "I14", "has a log that begins behind its newest snapshot");
    }
  }

  @Override
  public void roleChanged(PeerHost peer, Role role, long term, Optional<PeerId> leader) {
    if (role == Role.LEADER && !leader.equals(Optional.of(peer.id()))) {
      violate(peer, "I1", "leads term " + term + " and names " + leader);
    }
    leader.ifPresent(named -> noteLeader(peer, term, named));
  }

  private void noteLeader(PeerHost peer, long term, PeerId leader) {
    PeerId known = leaders.putIfAbsent(term, leader);
    if (known != null && !known.equals(leader)) {
      violate(peer, "I1", "sees " + leader + " lead term " + term + ", which " + known + " leads");
    }
  }

  @Override
  public void turned(PeerHost peer) {
    RaftCore core = peer.core();
    Seen before = seen.get(peer.id());
    if (before == null) {
      return;
    }
    long term = core.currentTerm();
    if (term < before.term) {
      violate(peer, "I3", "went from term " + before.term + " back to " + term);
    }
    long commit = core.commitIndex();
    EntryId last = core.lastEntry();
    if (commit < before.commit || commit > last.index() || commit < core.appliedIndex()) {
      violate(peer, "I8", "has commit index " + commit + " after " + before.commit);
    }
    boolean leads = core.role() == Role.LEADER;
    boolean ledBefore = before.led && before.term == term;
    if (leads && ledBefore && !keeps(core, before.last)) {
      violate(peer, "I4", "overwrote " + before.last + " while it led term " + term);
    }
    if (leads && !ledBefore) {
      world.coverage().mark("election: won");
      noteLeader(peer, term, peer.id());
      checkCompleteness(peer);
    }
    if (commit > before.commit) {
      checkCommit(peer, before);
    }
    checkDurableMark(peer);
    configurations.turned(peer);
    if (leads) {
      checkTrackers(peer);
    }
    before.term = term;
    before.commit = commit;
    before.last = last;
    before.led = leads;
    timing.turned(peer);
  }

  @Override
  public void arrived(PeerId from, PeerId to, Message message) {
    timing.arrived(from, to, message);
  }

  /** What a peer believes to be on its disk, and counts for itself or applies, is there. */
  private void checkDurableMark(PeerHost peer) {
    long index = peer.core().durableIndex();
    long term = peer.core().termAt(index);
    boolean isEntry = index > peer.core().firstEntryPosition().index();
    if (isEntry && !peer.image().holds(new EntryId(term, index))) {
      violate(peer, "I12", "believes that its own " + term + "/" + index + " is durable");
    }
  }

  private static boolean keeps(RaftCore core, EntryId id) {
    return core.firstEntryPosition().index() > id.index() || core.termAt(id.index()) == id.term();
  }

  private void checkCompleteness(PeerHost peer) {
    RaftCore core = peer.core();
    for (long index = core.firstEntryPosition().index() + 1; index <= committed; index++) {
      // A campaign of an earlier term may be won late, when a later term has committed already.
      if (knownInTerms[(int) index] < core.currentTerm()
          && core.termAt(index) != committedTerms[(int) index]) {
        violate(
            peer,
            "I6",
            "leads term %d without the committed entry %d/%d"
                .formatted(core.currentTerm(), committedTerms[(int) index], index));
        return;
      }
    }
  }

  private void checkCommit(PeerHost peer, Seen before) {
    RaftCore core = peer.core();
    long from = before.commit;
    long to = core.commitIndex();
    if (core.role() == Role.LEADER) {
      EntryId newest = new EntryId(Math.max(0, core.termAt(to)), to);
      if (newest.term() != core.currentTerm()) {
        violate(peer, "I10", "committed " + newest + " by counting in " + core.currentTerm());
      }
      if (!isDurableOnQuorum(core, newest, before.last.index())) {
        violate(
            peer,
            "I9",
            "committed %s, which is not durable on a majority of %s, but on %s"
                .formatted(newest, ConfigurationRules.text(core.configuration()), holders(newest)));
      }
    }
    for (long index = Math.max(from, core.firstEntryPosition().index()) + 1; index <= to; index++) {
      noteCommitted(peer, index, core.termAt(index));
    }
  }

  private void noteCommitted(PeerHost peer, long index, long term) {
    if (index >= committedTerms.length) {
      committedTerms = Arrays.copyOf(committedTerms, 2 * committedTerms.length);
      knownInTerms = Arrays.copyOf(knownInTerms, committedTerms.length);
    }
    long known = committedTerms[(int) index];
    long inTerm = peer.core().currentTerm();
    if (known == 0 || inTerm < knownInTerms[(int) index]) {
      knownInTerms[(int) index] = inTerm;
    }
    if (known == 0) {
      committedTerms[(int) index] = term;
      committed = Math.max(committed, index);
      configurations.committed(new EntryId(term, index));
    } else if (known != term) {
      violate(
          peer,
          "I7",
          "committed %d/%d where %d/%d is committed".formatted(term, index, known, index));
    }
  }

  /**
   * By the configuration in force at the beginning of the turn, or by one that was appended in it.
   * But what ends a joint one counts for nothing unless the joint one was committed by itself.
   */
  private boolean isDurableOnQuorum(RaftCore core, EntryId id, long lastBefore) {
    Placed before = core.configurationAt(lastBefore);
    return isDurableOnQuorum(before.configuration(), id)
        || (isDurableOnQuorum(core.configuration(), id)
            && (!before.configuration().isJoint()
                || isDurableOnQuorum(before.configuration(), before.entry())));
  }

  private boolean isDurableOnQuorum(Configuration configuration, EntryId id) {
    return isMajority(configuration.voters(), id)
        && (!configuration.isJoint() || isMajority(configuration.outgoingVoters(), id));
  }

  private List<PeerId> holders(EntryId id) {
    return peers.values().stream()
        .filter(peer -> peer.image().holds(id))
        .map(PeerHost::id)
        .toList();
  }

  private boolean isMajority(SortedSet<PeerId> voters, EntryId id) {
    int holding = 0;
    for (PeerId voter : voters) {
      if (peer(voter).image().holds(id)) {
        holding++;
      }
    }
    return 2 * holding > voters.size();
  }

  private void checkTrackers(PeerHost peer) {
    RaftCore core = peer.core();
    for (PeerTracker tracker : core.trackers()) {
      long match = tracker.matchIndex();
      if (match >= tracker.nextIndex()) {
        violate(peer, "I11", "has match " + match + " and next " + tracker.nextIndex());
      }
      DiskImage image = peer(tracker.peer()).image();
      // A leader that is over, and does not know it yet, may remember what was since replaced.
      boolean follows = image.hardState().currentTerm() <= core.currentTerm();
      long term = core.termAt(match);
      if (follows && match > 0 && term > 0 && !image.holds(new EntryId(term, match))) {
        violate(
            peer,
            "I11",
            "believes that %s holds %d/%d, which is not durable there"
                .formatted(tracker.peer(), term, match));
      }
    }
  }

  @Override
  public void persisting(PeerHost peer, LogStorage.Batch batch) {
    if (batch.truncateFrom() > 0) {
      world.coverage().mark("log: conflicting tail truncated");
    }
    if (batch.head() != null) {
      world.coverage().mark("log: compacted");
    }
    if (batch.entries().isEmpty()) {
      return;
    }
    configurations.persisting(peer, batch);
    Entry first = batch.entries().get(0);
    long previousTerm = first.index() == 1 ? 0 : peer.core().termAt(first.index() - 1);
    for (Entry entry : batch.entries()) {
      Written known = written.get(entry.id());
      if (known == null) {
        written.put(entry.id(), new Written(entry, previousTerm));
      } else if (!sameEntry(known, entry, previousTerm)) {
        violate(peer, "I5", "stores " + entry + ", which differs from another's of that position");
      }
      previousTerm = entry.term();
    }
  }

  /** A previous term that is not known any more, because the log begins here, proves nothing. */
  private static boolean sameEntry(Written known, Entry entry, long previousTerm) {
    boolean samePast =
        previousTerm < 0 || known.previousTerm() < 0 || previousTerm == known.previousTerm();
    return samePast && known.entry().equals(entry);
  }

  @Override
  public void applied(PeerHost peer, EntryId id, CommandResult result) {
    RaftCore core = peer.core();
    if (id.index() > core.durableIndex() || id.index() > core.commitIndex()) {
      violate(peer, "I8", "applied " + id + " before it was committed and durable");
    }
    noteCommitted(peer, id.index(), id.term());
    truth.applied(peer, id, result, payload(id));
  }

  private byte @Nullable [] payload(EntryId id) {
    Written entry = written.get(id);
    return entry == null ? null : entry.entry().payload();
  }

  @Override
  public void restored(PeerHost peer, EntryId last) {
    world.coverage().mark("snapshot: restored");
    truth.restored(peer, last);
  }

  @Override
  public void leaving(PeerId from, PeerId to, Message message) {
    PeerHost sender = peer(from);
    if (message instanceof VoteReply reply && reply.granted()) {
      noteVote(sender, reply.term(), to);
    } else if (message instanceof VoteRequest request) {
      noteVote(sender, request.term(), from);
      if (request.leadershipTransfer()) {
        world.coverage().mark("transfer: campaign on the leader's request");
      }
    } else if (message instanceof AppendEntriesReply reply) {
      if (reply.result() instanceof Matched matched) {
        checkAttested(sender, reply.term(), matched.matchIndex());
      } else {
        world.coverage().mark("log: append refused by a follower");
      }
    } else if (message instanceof InstallSnapshotReply reply && reply.installed()) {
      world.coverage().mark("snapshot: installed from the leader");
      checkAttested(sender, reply.term(), reply.snapshot().last().index());
    }
  }

  private void checkAttested(PeerHost sender, long term, long index) {
    DiskImage image = sender.image();
    long entryTerm = sender.core().termAt(index);
    boolean held =
        entryTerm > 0 ? image.holds(new EntryId(entryTerm, index)) : image.holdsUpTo(index);
    if (image.hardState().currentTerm() < term || !held) {
      violate(sender, "I12", "attested its log up to " + index + " before it was durable");
    }
  }

  private void noteVote(PeerHost voter, long term, PeerId candidate) {
    PeerId known = votes.putIfAbsent(new Vote(voter.id(), term), candidate);
    if (known != null && !known.equals(candidate)) {
      violate(voter, "I2", "voted in term " + term + " for " + known + " and for " + candidate);
    }
    HardState durable = voter.image().hardState();
    if (durable.currentTerm() < term
        || (durable.currentTerm() == term && !candidate.equals(durable.vote()))) {
      violate(
          voter, "I12", "voted for " + candidate + " in term " + term + " before it was durable");
    }
  }
}
