package io.holdfast.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who takes part in the cluster. While {@code outgoingVoters} is not empty the configuration is
 * joint: elections and commitment need a majority of {@code voters} and a majority of {@code
 * outgoingVoters} (Raft paper §6).
 *
 * @param members every peer named by one of the three sets, and no other
 * @param learners peers that receive the log and count in no majority (thesis §4.2.1). While the
 *     configuration is joint, an outgoing voter may be named here too: it is a learner afterwards
 * @param staged the learners that shall become voters as soon as they have caught up
 * @param retired identities of former members: one is never given out again, so that what a removed
 *     peer said or stored cannot be taken for the word of its successor
 */
public record Configuration(
    SortedMap<PeerId, Member> members,
    SortedSet<PeerId> voters,
    SortedSet<PeerId> outgoingVoters,
    SortedSet<PeerId> learners,
    SortedSet<PeerId> staged,
    SortedSet<PeerId> retired) {
  private static final int FORMAT_VERSION = 1;

  /** The format of configurations that stage or retired somebody; the others keep the first. */
  private static final int FORMAT_VERSION_STAGED = 2;

  public Configuration {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
    outgoingVoters = Collections.unmodifiableSortedSet(new TreeSet<>(outgoingVoters));
    learners = Collections.unmodifiableSortedSet(new TreeSet<>(learners));
    staged = Collections.unmodifiableSortedSet(new TreeSet<>(staged));
    retired = Collections.unmodifiableSortedSet(new TreeSet<>(retired));
    if (voters.isEmpty()) {
      throw new IllegalArgumentException("a configuration needs at least one voter");
    }
    SortedSet<PeerId> named = new TreeSet<>(voters);
    named.addAll(outgoingVoters);
    named.addAll(learners);
    if (!named.equals(members.keySet())) {
      throw new IllegalArgumentException(
          "members " + members.keySet() + " differ from the peers named in the sets " + named);
    }
    for (PeerId learner : learners) {
      if (voters.contains(learner)) {
        throw new IllegalArgumentException(learner + " cannot be both a voter and a learner");
      }
    }
    if (!learners.containsAll(staged)) {
      throw new IllegalArgumentException("only learners can be staged, not all of " + staged);
    }
    if (members.containsKey(HardState.NOBODY)) {
      throw new IllegalArgumentException(
          HardState.NOBODY + " is reserved; choose a lower identity");
    }
    for (PeerId former : retired) {
      if (members.containsKey(former)) {
        throw new IllegalArgumentException(former + " cannot be both a member and retired");
      }
    }
  }

  /** A configuration that stages and retired nobody. */
  public Configuration(
      SortedMap<PeerId, Member> members,
      SortedSet<PeerId> voters,
      SortedSet<PeerId> outgoingVoters,
      SortedSet<PeerId> learners) {
    this(members, voters, outgoingVoters, learners, new TreeSet<>(), new TreeSet<>());
  }

  /** A configuration in which every member votes. */
  public static Configuration ofVoters(Collection<Member> voters) {
    SortedMap<PeerId, Member> members = new TreeMap<>();
    for (Member member : voters) {
      if (members.put(member.id(), member) != null) {
        throw new IllegalArgumentException(member.id() + " is named twice");
      }
    }
    return new Configuration(
        members, new TreeSet<>(members.keySet()), new TreeSet<>(), new TreeSet<>());
  }

  public boolean isJoint() {
    return !outgoingVoters.isEmpty();
  }

  public boolean isVoter(PeerId peer) {
    return voters.contains(peer) || outgoingVoters.contains(peer);
  }

  /** Whether the peer receives the log and counts in no majority, neither now nor while joint. */
  public boolean isLearner(PeerId peer) {
    return learners.contains(peer) && !isVoter(peer);
  }

  /**
   * The joint configuration on the way from this one to another (Raft paper §6): decisions need
   * both majorities, and nobody who votes now is forgotten yet.
   *
   * @throws IllegalStateException if this configuration is joint already
   */
  public Configuration jointWith(Configuration target) {
    if (isJoint()) {
      throw new IllegalStateException("a joint configuration must be left before the next change");
    }
    SortedMap<PeerId, Member> both = new TreeMap<>(target.members);
    for (PeerId voter : voters) {
      both.putIfAbsent(voter, member(voter));
    }
    SortedSet<PeerId> gone = new TreeSet<>(target.retired);
    gone.removeAll(both.keySet());
    return new Configuration(both, target.voters, voters, target.learners, target.staged, gone);
  }

  /**
   * The configuration that follows a joint one: outgoing voters that are not named as learners are
   * retired.
   *
   * @throws IllegalStateException if this configuration is not joint
   */
  public Configuration leaveJoint() {
    if (!isJoint()) {
      throw new IllegalStateException("the configuration is not joint");
    }
    SortedMap<PeerId, Member> staying = new TreeMap<>(members);
    SortedSet<PeerId> gone = new TreeSet<>(retired);
    for (PeerId outgoing : outgoingVoters) {
      if (!voters.contains(outgoing) && !learners.contains(outgoing)) {
        staying.remove(outgoing);
        gone.add(outgoing);
      }
    }
    return new Configuration(staying, voters, new TreeSet<>(), learners, staged, gone);
  }

  /**
   * @throws IllegalArgumentException if the peer is not a member
   */
  public Member member(PeerId peer) {
    Member member = members.get(peer);
    if (member == null) {
      throw new IllegalArgumentException(peer + " is not a member of " + members.keySet());
    }
    return member;
  }

  /** The canonical bytes: equal configurations give equal bytes. */
  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(isPlain() ? FORMAT_VERSION : FORMAT_VERSION_STAGED);
      out.writeInt(members.size());
      for (Member member : members.values()) {
        out.writeShort(member.id().value());
        out.writeUTF(member.peerAddress());
        out.writeUTF(member.clientAddress());
      }
      writeIds(out, voters);
      writeIds(out, outgoingVoters);
      writeIds(out, learners);
      if (!isPlain()) {
        writeIds(out, staged);
        writeIds(out, retired);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not an encoded configuration
   */
  public static Configuration decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version != FORMAT_VERSION && version != FORMAT_VERSION_STAGED) {
        throw new IllegalArgumentException("unknown configuration format version " + version);
      }
      int count = in.readInt();
      SortedMap<PeerId, Member> members = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        PeerId id = new PeerId(in.readUnsignedShort());
        members.put(id, new Member(id, in.readUTF(), in.readUTF()));
      }
      Configuration decoded =
          new Configuration(
              members,
              readIds(in),
              readIds(in),
              readIds(in),
              version == FORMAT_VERSION ? new TreeSet<>() : readIds(in),
              version == FORMAT_VERSION ? new TreeSet<>() : readIds(in));
      if (in.read() != -1) {
        throw new IllegalArgumentException("bytes follow the end of an encoded configuration");
      }
      return decoded;
    } catch (IOException e) {
      throw new IllegalArgumentException("truncated configuration", e);
    }
  }

  private boolean isPlain() {
    return staged.isEmpty() && retired.isEmpty();
  }

  private static void writeIds(DataOutputStream out, SortedSet<PeerId> ids) throws IOException {
    out.writeInt(ids.size());
    for (PeerId id : ids) {
      out.writeShort(id.value());
    }
  }

  private static SortedSet<PeerId> readIds(DataInputStream in) throws IOException {
    int count = in.readInt();
    SortedSet<PeerId> ids = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      ids.add(new PeerId(in.readUnsignedShort()));
    }
    return ids;
  }
}
