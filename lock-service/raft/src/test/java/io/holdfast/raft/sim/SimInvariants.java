package io.holdfast.raft.sim;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.RaftNode;
import io.holdfast.raft.membership.Quorum;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What must hold after every event of every run: election safety, one vote per term, terms never
 * fall, leaders only append, log matching, leader completeness, state machine safety, commit rules,
 * and that nothing is attested before it is durable.
 */
public final class SimInvariants implements SimNetwork.Watcher {
  private record Vote(long term, PeerId voter) implements Comparable<Vote> {
    @Override
    public int compareTo(Vote other) {
      int byTerm = Long.compare(term, other.term);
      return byTerm != 0 ? byTerm : voter.compareTo(other.voter);
    }
  }

  /** What was seen of one peer after its last turn. */
  private static final class Seen {
    private long term;
    private long commit;
    private EntryId last = EntryId.NONE;
    private boolean led;
  }

  private final Map<PeerId, SimPeer> peers;
  private final Map<Long, PeerId> leaders = new TreeMap<>();
  private final Map<Vote, PeerId> votes = new TreeMap<>();
  private final Map<PeerId, Seen> seen = new TreeMap<>();
  private final TreeMap<Long, Entry> committed = new TreeMap<>();
  private final Map<Long, Long> commitTerms = new TreeMap<>();
  private final TreeMap<Long, Long> chains = new TreeMap<>();
  private final TreeMap<Long, Configuration> configurations = new TreeMap<>();
  private final Set<PeerId> wiped = new TreeSet<>();
  private boolean degradationExpected;

  SimInvariants(Map<PeerId, SimPeer> peers) {
    this.peers = peers;
    chains.put(0L, 0L);
  }

  /** Disk failures are part of the run. */
  public void expectDegradation() {
    degradationExpected = true;
  }

  /** Every entry known to be committed, by index. */
  public Map<Long, Entry> committed() {
    return committed;
  }

  /** The leader of each term that had one. */
  public Map<Long, PeerId> leaders() {
    return leaders;
  }

  void started(SimPeer peer) {
    Seen fresh = new Seen();
    fresh.term = peer.core().currentTerm();
    fresh.commit = peer.core().commitIndex();
    fresh.last = peer.core().lastEntry();
    Seen before = seen.put(peer.id(), fresh);
    if (before != null && peer.disk().hardState().currentTerm() > fresh.term) {
      fail(peer, "restarted in term " + fresh.term + ", behind its disk (I3)");
    }
  }

  /** What the peer held was durable there once; nobody can check that any more. */
  void wiped(SimPeer peer) {
    wiped.add(peer.id());
    seen.remove(peer.id());
  }

  private boolean holds(PeerId id, EntryId entry) {
    return wiped.contains(id) || peer(id).disk().holds(entry);
  }

  void crashed(SimPeer peer, RaftNode<Long> killed) {
    if (killed.core().currentTerm() < peer.disk().hardState().currentTerm()) {
      fail(peer, "disk is ahead of memory (I3)");
    }
  }

  void degraded(SimPeer peer, String reason) {
    if (!degradationExpected) {
      fail(peer, "degraded: " + reason);
    }
  }

  void roleChanged(SimPeer peer, Role role, long term, Optional<PeerId> leader) {
    if (role == Role.LEADER && !leader.equals(Optional.of(peer.id()))) {
      fail(peer, "leads term " + term + " and names " + leader);
    }
    leader.ifPresent(named -> noteLeader(peer, term, named));
  }

  private void noteLeader(SimPeer peer, long term, PeerId leader) {
    PeerId known = leaders.putIfAbsent(term, leader);
    if (known != null && !known.equals(leader)) {
      fail(peer, "term " + term + " has two leaders, " + known + " and " + leader + " (I1)");
    }
  }

  void turned(SimPeer peer) {
    RaftCore core = peer.core();
    Seen before = seen.get(peer.id());
    if (before == null) {
      return;
    }
    if (core.currentTerm() < before.term) {
      fail(peer, "term fell from " + before.term + " to " + core.currentTerm() + " (I3)");
    }
    if (core.commitIndex() < before.commit || core.commitIndex() > core.lastEntry().index()) {
      fail(peer, "commit index " + core.commitIndex() + " after " + before.commit + " (I8)");
    }
    boolean leads = core.role() == Role.LEADER;
    if (leads && before.led && before.term == core.currentTerm() && !keeps(core, before.last)) {
      fail(peer, "overwrote " + before.last + " while it led (I4)");
    }
    if (leads && !(before.led && before.term == core.currentTerm())) {
      checkCompleteness(peer);
    }
    if (core.commitIndex() > before.commit) {
      checkCommit(peer, before.commit);
    }
    checkTrackers(peer);
    if (leads) {
      checkConfigurations(core);
    }
    before.term = core.currentTerm();
    before.commit = core.commitIndex();
    before.last = core.lastEntry();
    before.led = leads;
  }

  /** Each configuration of the log, known to be committed or not, overlaps the one before it. */
  private static void checkConfigurations(RaftCore core) {
    Configuration former = core.configurationAt(core.commitIndex()).configuration();
    for (long i = core.commitIndex() + 1; i <= core.lastEntry().index(); i++) {
      Configuration next = core.configurationAt(i).configuration();
      if (!next.equals(former)) {
        ConfigurationRules.check(former, next);
        former = next;
      }
    }
  }

  private static boolean keeps(RaftCore core, EntryId id) {
    return core.firstEntryPosition().index() > id.index() || core.termAt(id.index()) == id.term();
  }

  private void checkCompleteness(SimPeer peer) {
    noteLeader(peer, peer.core().currentTerm(), peer.id());
    if (!committed.isEmpty()) {
      for (Entry entry : committed.values()) {
        // A campaign of an earlier term may be won late, when a later term has committed already.
        if (commitTerms.get(entry.index()) < peer.core().currentTerm()
            && !keeps(peer.core(), entry.id())) {
          fail(peer, "leads without the committed entry " + entry.id() + " (I6)");
        }
      }
    }
  }

  private void checkCommit(SimPeer peer, long from) {
    RaftCore core = peer.core();
    long to = core.commitIndex();
    if (core.role() == Role.LEADER) {
      if (core.termAt(to) != core.currentTerm()) {
        fail(peer, "committed " + core.termAt(to) + "/" + to + " by counting (I10)");
      }
      EntryId newest = new EntryId(core.termAt(to), to);
      if (!isDurableOnAQuorum(core, newest)) {
        fail(peer, "committed " + newest + ", which is not durable on a majority (I9)");
      }
    }
    for (long index = Math.max(from, core.firstEntryPosition().index()) + 1; index <= to; index++) {
      Entry entry = core.entry(index);
      Entry known = committed.putIfAbsent(index, entry);
      commitTerms.merge(index, core.currentTerm(), Math::min);
      if (known == null && entry.type() == EntryType.CONFIGURATION) {
        Configuration next = Configuration.decode(entry.payload());
        Map.Entry<Long, Configuration> former = configurations.lowerEntry(index);
        if (former != null) {
          ConfigurationRules.check(former.getValue(), next);
        }
        configurations.put(index, next);
      }
      if (known != null && !known.equals(entry)) {
        fail(peer, "committed " + entry + " where " + known + " is committed (I5, I7)");
      }
    }
  }

  /** A quorum of a configuration that was in force from the entry on, until now. */
  private boolean isDurableOnAQuorum(RaftCore core, EntryId entry) {
    Configuration tried = null;
    for (long i = entry.index(); i <= core.lastEntry().index(); i++) {
      Configuration next = core.configurationAt(i).configuration();
      if (next != tried && Quorum.isQuorum(next, id -> holds(id, entry))) {
        return true;
      }
      tried = next;
    }
    return false;
  }

  private SimPeer peer(PeerId id) {
    SimPeer found = peers.get(id);
    if (found == null) {
      throw new AssertionError("no " + id);
    }
    return found;
  }

  private void checkTrackers(SimPeer peer) {
    for (PeerTracker tracker : peer.core().trackers()) {
      if (tracker.matchIndex() >= tracker.nextIndex()) {
        fail(peer, tracker + " (I11)");
      }
      long match = tracker.matchIndex();
      long term = peer.core().termAt(match);
      SimDisk disk = peer(tracker.peer()).disk();
      // A leader that is over, and does not know it yet, may remember what was since replaced.
      boolean follows = disk.hardState().currentTerm() <= peer.core().currentTerm();
      if (follows && match > 0 && term > 0 && !holds(tracker.peer(), new EntryId(term, match))) {
        fail(peer, tracker + " holds no durable " + term + "/" + match + " (I11)");
      }
    }
  }

  void applied(SimPeer peer, EntryId id) {
    Entry known = committed.get(id.index());
    if (known != null && !known.id().equals(id)) {
      fail(peer, "applied " + id + " where " + known.id() + " is committed (I7)");
    }
    if (id.index() > peer.core().durableIndex() || id.index() > peer.core().commitIndex()) {
      fail(peer, "applied " + id + " before it was committed and durable (I8)");
    }
    checkChain(peer, id.index());
  }

  void restored(SimPeer peer, EntryId last) {
    Map.Entry<Long, Long> chain = chains.floorEntry(last.index());
    if (chain == null || chain.getValue() != peer.machine().chain()) {
      fail(peer, "restored a state that is not that of " + last + " (I15)");
    }
  }

  private void checkChain(SimPeer peer, long index) {
    Long known = chains.putIfAbsent(index, peer.machine().chain());
    if (known != null && known != peer.machine().chain()) {
      fail(peer, "its state differs from another's after entry " + index + " (I7, I15)");
    }
  }

  @Override
  public void leaving(PeerId from, PeerId to, Message message) {
    SimPeer sender = peer(from);
    long durableTerm = sender.disk().hardState().currentTerm();
    if (message instanceof VoteReply reply && reply.granted()) {
      noteVote(sender, reply.term(), to);
    } else if (message instanceof VoteRequest request) {
      noteVote(sender, request.term(), from);
    } else if (message instanceof AppendEntriesReply reply
        && reply.result() instanceof Matched matched) {
      if (durableTerm < reply.term() || !durableUpTo(sender, matched.matchIndex())) {
        fail(sender, "attested " + matched + " before it was durable (I12)");
      }
    } else if (message instanceof InstallSnapshotReply reply
        && reply.installed()
        && (durableTerm < reply.term() || !durableUpTo(sender, reply.snapshot().last().index()))) {
      fail(sender, "attested " + reply + " before it was durable (I12)");
    }
  }

  private static boolean durableUpTo(SimPeer peer, long index) {
    return index == 0
        || !peer.disk().read(index, index + 1).isEmpty()
        || peer.disk().newestSnapshot().map(s -> s.last().index() >= index).orElse(false);
  }

  private void noteVote(SimPeer voter, long term, PeerId candidate) {
    PeerId known = votes.putIfAbsent(new Vote(term, voter.id()), candidate);
    if (known != null && !known.equals(candidate)) {
      fail(voter, "voted in term " + term + " for " + known + " and for " + candidate + " (I2)");
    }
    if (voter.disk().hardState().currentTerm() < term
        || (voter.disk().hardState().currentTerm() == term
            && !voter.disk().hardState().votedFor().equals(Optional.of(candidate)))) {
      fail(voter, "its vote for " + candidate + " in term " + term + " is not durable (I12)");
    }
  }

  private static void fail(@Nullable SimPeer peer, String what) {
    throw new AssertionError((peer == null ? "" : peer.id() + " ") + what);
  }
}
