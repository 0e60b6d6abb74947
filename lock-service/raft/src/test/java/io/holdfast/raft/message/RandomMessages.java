package io.holdfast.raft.message;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.message.MatchResult.Held;
import io.holdfast.raft.message.MatchResult.IndexNotMatched;
import io.holdfast.raft.message.MatchResult.Lost;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.MatchResult.TermNotMatched;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.ApplicationMessage;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import io.holdfast.raft.message.Message.PreVoteReply;
import io.holdfast.raft.message.Message.PreVoteRequest;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Valid messages of every type, drawn from a seed; numbers of every magnitude. */
final class RandomMessages {
  private final Random random;
  private final List<Supplier<Message>> types =
      List.of(
          () -> new PreVoteRequest(number(), number(), id()),
          () -> new PreVoteReply(number(), number(), bool()),
          () -> new VoteRequest(number(), id(), bool()),
          () -> new VoteReply(number(), bool()),
          this::appendEntries,
          () -> new AppendEntriesReply(number(), id(), matchResult(), number()),
          () -> new Heartbeat(number(), number(), number()),
          () -> new HeartbeatReply(number(), number()),
          () -> new InstallSnapshot(number(), snapshot(), number(), payload(2_000), number()),
          () -> new InstallSnapshotReply(number(), snapshotId(), number(), bool(), number()),
          () -> new TimeoutNow(number()),
          () -> new ApplicationMessage(payload(2_000)));

  RandomMessages(long seed) {
    random = new Random(seed);
  }

  Message next() {
    return types.get(random.nextInt(types.size())).get();
  }

  List<Message> oneOfEveryType() {
    return types.stream().map(Supplier::get).toList();
  }

  private AppendEntries appendEntries() {
    EntryId previous = new EntryId(number() >>> 1, number() >>> 1);
    List<Entry> entries = new ArrayList<>();
    long entryTerm = previous.term();
    for (int i = 1 + random.nextInt(20); i > 1; i--) {
      entryTerm += random.nextInt(4) == 0 ? random.nextInt(300) : 0;
      entries.add(
          new Entry(
              new EntryId(entryTerm, previous.index() + 1 + entries.size()),
              EntryType.of(random.nextInt(EntryType.values().length)),
              payload(300)));
    }
    return new AppendEntries(number(), previous, entries, number(), number());
  }

  private MatchResult matchResult() {
    return switch (random.nextInt(5)) {
      case 0 -> new Matched(number());
      case 1 -> new IndexNotMatched(number());
      case 2 -> new Held(number());
      case 3 -> new Lost(number());
      default -> new TermNotMatched(number(), number());
    };
  }

  private SnapshotDescriptor snapshot() {
    return new SnapshotDescriptor(snapshotId(), configuration(), id());
  }

  private SnapshotId snapshotId() {
    return new SnapshotId(id(), number(), random.nextInt());
  }

  private Configuration configuration() {
    TreeMap<PeerId, Member> members = new TreeMap<>();
    TreeSet<PeerId> voters = new TreeSet<>();
    TreeSet<PeerId> outgoing = new TreeSet<>();
    TreeSet<PeerId> learners = new TreeSet<>();
    for (int i = 1 + random.nextInt(7); i > 0; i--) {
      PeerId peer = new PeerId(1 + random.nextInt(PeerId.MAX_VALUE - 1));
      if (members.put(peer, new Member(peer, "peer-" + i + ":7800", "münchen:70" + i)) == null) {
        TreeSet<PeerId> role =
            voters.isEmpty() ? voters : List.of(voters, outgoing, learners).get(random.nextInt(3));
        role.add(peer);
      }
    }
    return new Configuration(members, voters, outgoing, learners);
  }

  private EntryId id() {
    return new EntryId(number(), number());
  }

  private long number() {
    return random.nextLong() >>> (1 + random.nextInt(63));
  }

  private boolean bool() {
    return random.nextBoolean();
  }

  private byte[] payload(int maxBytes) {
    byte[] bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(maxBytes)];
    random.nextBytes(bytes);
    return bytes;
  }
}
