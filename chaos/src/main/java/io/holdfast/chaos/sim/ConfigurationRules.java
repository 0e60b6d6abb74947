package io.holdfast.chaos.sim;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.membership.ConfigurationHistory.Placed;
import io.holdfast.raft.spi.LogStorage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of configurations (I13): a peer goes by the newest one of its log, two that follow
 * each other cannot decide apart, and one at most is not committed. Majorities are counted here and
 * not by the code under test.
 */
final class ConfigurationRules {
  private final SimWorld world;
  private final Map<EntryId, Configuration> written = new HashMap<>();
  private final TreeMap<Long, Configuration> committed = new TreeMap<>();
  private final Map<PeerId, Seen> seen = new TreeMap<>();
  private long committedIndex;

  /** What is known of one life of a peer. */
  private static final class Seen {
    /** The configurations of its log, the newest last. */
    private final Deque<EntryId> inLog = new ArrayDeque<>();

    private EntryId newest = EntryId.NONE;

    /** What was found equal to what is written of the newest one. */
    private @Nullable Configuration compared;

    private long ledTerm;
    private boolean voted = true;
  }

  ConfigurationRules(SimWorld world) {
    this.world = world;
  }

  /** The configuration before the first entry. */
  void founded(Configuration founding) {
    committed.put(0L, founding);
  }

  /** The newest configuration that is committed. */
  Configuration newestCommitted() {
    return committed.lastEntry().getValue();
  }

  /** The newest one that is committed, and those that peers hold after it. */
  Set<Configuration> inForce(Collection<PeerHost> peers) {
    Set<Configuration> inForce = new LinkedHashSet<>();
    inForce.add(newestCommitted());
    for (PeerHost peer : peers) {
      if (peer.isUp()) {
        Placed newest = peer.core().configurationAt(peer.core().lastEntry().index());
        if (newest.entry().index() > committed.lastKey()) {
          inForce.add(newest.configuration());
        }
      }
    }
    return inForce;
  }

  void started(PeerHost peer) {
    Seen fresh = new Seen();
    DiskImage image = peer.image();
    for (long index = image.head().index() + 1; index <= image.lastIndex(); index++) {
      note(fresh, image.entry(index));
    }
    seen.put(peer.id(), fresh);
  }

  void persisting(PeerHost peer, LogStorage.Batch batch) {
    Seen known = seen.get(peer.id());
    for (Entry entry : batch.entries()) {
      note(known, entry);
    }
  }

  private void note(Seen known, Entry entry) {
    if (entry.type() == EntryType.CONFIGURATION) {
      known.inLog.addLast(entry.id());
      written.computeIfAbsent(entry.id(), id -> Configuration.decode(entry.payload()));
    }
  }

  /** An entry was seen to be committed for the first time. */
  void committed(EntryId id) {
    committedIndex = Math.max(committedIndex, id.index());
    Configuration next = written.get(id);
    if (next != null) {
      Configuration former = committed.lowerEntry(id.index()).getValue();
      committed.put(id.index(), next);
      checkOverlap("the log", former, next);
      mark(former, next);
    }
  }

  private void mark(Configuration former, Configuration next) {
    if (next.isJoint()) {
      world.coverage().mark("membership: joint configuration entered");
      for (PeerId peer : next.voters()) {
        if (former.staged().contains(peer)) {
          world.coverage().mark("membership: staged peer promoted");
        } else if (former.learners().contains(peer)) {
          world.coverage().mark("membership: learner promoted");
        }
      }
    } else if (former.isJoint()) {
      world.coverage().mark("membership: joint configuration left");
      world.coverage().mark("membership: voters " + next.voters().size());
    }
    if (next.retired().size() > former.retired().size()) {
      world.coverage().mark("membership: peer removed");
    }
  }

  void turned(PeerHost peer) {
    Seen known = seen.get(peer.id());
    RaftCore core = peer.core();
    dropTruncated(known, core);
    Placed newest = core.configurationAt(core.lastEntry().index());
    checkInForce(peer, known, newest);
    if (!newest.entry().equals(known.newest)) {
      known.newest = newest.entry();
      checkChain(peer, newest);
    }
    noteLeader(peer, known, newest.configuration());
  }

  private void dropTruncated(Seen known, RaftCore core) {
    while (!known.inLog.isEmpty() && !keeps(core, known.inLog.getLast())) {
      world.coverage().mark("membership: change rolled back");
      known.inLog.removeLast();
    }
  }

  private static boolean keeps(RaftCore core, EntryId id) {
    return core.firstEntryPosition().index() > id.index() || core.termAt(id.index()) == id.term();
  }

  private void checkInForce(PeerHost peer, Seen known, Placed newest) {
    EntryId id = newest.entry();
    if (id.index() > 0 && !keeps(peer.core(), id)) {
      violate(peer, "goes by the configuration of entry %s, which its log does not hold", id);
    }
    EntryId last = known.inLog.isEmpty() ? EntryId.NONE : known.inLog.getLast();
    // What a snapshot covers may be of a log that lost.
    if (last.index() > Math.max(id.index(), peer.core().firstEntryPosition().index())) {
      violate(peer, "ignores the configuration of entry %s of its log", last);
    }
    Configuration stored = written.get(id);
    if (stored != null && !(isCompared(known, newest) && id.equals(known.newest))) {
      if (!stored.equals(newest.configuration())) {
        violate(peer, "goes by another configuration than the one of entry %s", id);
      }
      known.compared = newest.configuration();
    }
  }

  /** The same object: to compare what it holds in every turn is what this saves. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isCompared(Seen known, Placed newest) {
    return newest.configuration() == known.compared;
  }

  private void violate(PeerHost peer, String what, EntryId id) {
    world.violate("I13", peer.id() + " " + what.formatted(id));
  }

  /**
   * The configurations of a log from the newest back to the first that is known to be committed.
   */
  private void checkChain(PeerHost peer, Placed newest) {
    Placed later = newest;
    int undecided = 0;
    while (later.entry().index() > committedIndex) {
      undecided++;
      Placed earlier = peer.core().configurationAt(later.entry().index() - 1);
      // What a newcomer was told before its first entry is its own affair.
      boolean founding = earlier.entry().index() == 0;
      checkOverlap(
          peer.id().toString(),
          founding ? committed.firstEntry().getValue() : earlier.configuration(),
          later.configuration());
      later = earlier;
    }
    if (undecided > 1) {
      world.violate(
          "I13", peer.id() + " has " + undecided + " configurations that are not committed");
    }
  }

  private void noteLeader(PeerHost peer, Seen known, Configuration inForce) {
    RaftCore core = peer.core();
    boolean leads = core.role() == Role.LEADER;
    if (leads && known.ledTerm != core.currentTerm()) {
      known.ledTerm = core.currentTerm();
      if (inForce.isJoint()) {
        world.coverage().mark("membership: new leader inherits a joint configuration");
      }
    }
    if (leads) {
      known.voted = inForce.isVoter(peer.id());
    } else if (!known.voted) {
      known.voted = true;
      world.coverage().mark("membership: leader that votes no more stepped down");
    }
  }

  private void checkOverlap(String whose, Configuration former, Configuration next) {
    if (!former.equals(next) && !overlap(former, next)) {
      world.violate(
          "I13",
          "%s has a configuration that can decide without a majority of the one before: %s, then %s"
              .formatted(whose, text(former), text(next)));
    }
  }

  static String text(Configuration configuration) {
    return configuration.isJoint()
        ? configuration.outgoingVoters() + " with " + configuration.voters()
        : configuration.voters().toString();
  }

  /** Whether no two majorities of the two, chosen as one likes, are without a common peer. */
  static boolean overlap(Configuration one, Configuration other) {
    Set<PeerId> named = new TreeSet<>(one.members().keySet());
    named.addAll(other.members().keySet());
    List<PeerId> peers = new ArrayList<>(named);
    int all = (1 << peers.size()) - 1;
    int[] first = masks(one, peers);
    int[] second = masks(other, peers);
    for (int chosen = 0; chosen <= all; chosen++) {
      if (decides(first, chosen) && decides(second, all & ~chosen)) {
        return false;
      }
    }
    return true;
  }

  private static int[] masks(Configuration configuration, List<PeerId> peers) {
    int voters = mask(configuration.voters(), peers);
    return configuration.isJoint()
        ? new int[] {voters, mask(configuration.outgoingVoters(), peers)}
        : new int[] {voters};
  }

  private static int mask(SortedSet<PeerId> some, List<PeerId> peers) {
    int mask = 0;
    for (PeerId peer : some) {
      mask |= 1 << peers.indexOf(peer);
    }
    return mask;
  }

  private static boolean decides(int[] masks, int chosen) {
    for (int mask : masks) {
      if (2 * Integer.bitCount(mask & chosen) <= Integer.bitCount(mask)) {
        return false;
      }
    }
    return true;
  }
}
