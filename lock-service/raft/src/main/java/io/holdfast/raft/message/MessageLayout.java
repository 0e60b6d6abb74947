package io.holdfast.raft.message;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one message type, in their order on the wire. Codes and orders are pinned: they
 * change only together with {@link MessageCodec#FORMAT_VERSION}.
 */
record MessageLayout<M extends Message>(
    int code, Class<M> type, Fields<M> fields, Function<WireInput, M> read) {

  /** Puts the fields of a message, in order. */
  @FunctionalInterface
  interface Fields<M> {
    void put(M message, WireOutput out);
  }

  private static final List<MessageLayout<?>> ALL =
      List.of(
          new MessageLayout<>(
              1, PreVoteRequest.class, MessageLayout::put, MessageLayout::preVoteRequest),
          new MessageLayout<>(
              2, PreVoteReply.class, MessageLayout::put, MessageLayout::preVoteReply),
          new MessageLayout<>(3, VoteRequest.class, MessageLayout::put, MessageLayout::voteRequest),
          new MessageLayout<>(4, VoteReply.class, MessageLayout::put, MessageLayout::voteReply),
          new MessageLayout<>(
              5, AppendEntries.class, AppendEntriesLayout::put, AppendEntriesLayout::read),
          new MessageLayout<>(
              6, AppendEntriesReply.class, MessageLayout::put, MessageLayout::appendEntriesReply),
          new MessageLayout<>(7, Heartbeat.class, MessageLayout::put, MessageLayout::heartbeat),
          new MessageLayout<>(
              8, HeartbeatReply.class, MessageLayout::put, MessageLayout::heartbeatReply),
          new MessageLayout<>(
              9, InstallSnapshot.class, MessageLayout::put, MessageLayout::installSnapshot),
          new MessageLayout<>(
              10,
              InstallSnapshotReply.class,
              MessageLayout::put,
              MessageLayout::installSnapshotReply),
          new MessageLayout<>(11, TimeoutNow.class, MessageLayout::put, MessageLayout::timeoutNow),
          new MessageLayout<>(
              12, ApplicationMessage.class, MessageLayout::put, MessageLayout::applicationMessage));

  private static final Map<Class<?>, MessageLayout<?>> BY_TYPE =
      ALL.stream().collect(Collectors.toUnmodifiableMap(MessageLayout::type, Function.identity()));

  /** The types that have a layout. */
  static List<Class<? extends Message>> types() {
    return ALL.stream().<Class<? extends Message>>map(MessageLayout::type).toList();
  }

  @SuppressWarnings("unchecked")
  static <M extends Message> MessageLayout<M> of(M message) {
    MessageLayout<?> layout = BY_TYPE.get(message.getClass());
    if (layout == null) {
      throw CodecException.malformed("no layout for " + message.getClass().getSimpleName());
    }
    return (MessageLayout<M>) layout;
  }

  static @Nullable MessageLayout<?> ofCode(int code) {
    return code >= 1 && code <= ALL.size() ? ALL.get(code - 1) : null;
  }

  private static void put(PreVoteRequest message, WireOutput out) {
    out.varint("term", message.term());
    out.varint("campaignTerm", message.campaignTerm());
    putId(message.lastEntry(), out);
  }

  private static PreVoteRequest preVoteRequest(WireInput in) {
    return new PreVoteRequest(
        in.varint("term"), in.varint("campaignTerm"), readId("lastEntry", in));
  }

  private static void put(PreVoteReply message, WireOutput out) {
    out.varint("term", message.term());
    out.varint("campaignTerm", message.campaignTerm());
    out.bool(message.granted());
  }

  private static PreVoteReply preVoteReply(WireInput in) {
    return new PreVoteReply(in.varint("term"), in.varint("campaignTerm"), in.bool("granted"));
  }

  private static void put(VoteRequest message, WireOutput out) {
    out.varint("term", message.term());
    putId(message.lastEntry(), out);
    out.bool(message.leadershipTransfer());
  }

  private static VoteRequest voteRequest(WireInput in) {
    return new VoteRequest(
        in.varint("term"), readId("lastEntry", in), in.bool("leadershipTransfer"));
  }

  private static void put(VoteReply message, WireOutput out) {
    out.varint("term", message.term());
    out.bool(message.granted());
  }

  private static VoteReply voteReply(WireInput in) {
    return new VoteReply(in.varint("term"), in.bool("granted"));
  }

  private static void put(AppendEntriesReply message, WireOutput out) {
    out.varint("term", message.term());
    putId(message.previous(), out);
    MatchResultLayout.put(message.result(), out);
    out.varint("round", message.round());
  }

  private static AppendEntriesReply appendEntriesReply(WireInput in) {
    return new AppendEntriesReply(
        in.varint("term"), readId("previous", in), MatchResultLayout.read(in), in.varint("round"));
  }

  private static void put(Heartbeat message, WireOutput out) {
    out.varint("term", message.term());
    out.varint("commit", message.commit());
    out.varint("round", message.round());
  }

  private static Heartbeat heartbeat(WireInput in) {
    return new Heartbeat(in.varint("term"), in.varint("commit"), in.varint("round"));
  }

  private static void put(HeartbeatReply message, WireOutput out) {
    out.varint("term", message.term());
    out.varint("round", message.round());
  }

  private static HeartbeatReply heartbeatReply(WireInput in) {
    return new HeartbeatReply(in.varint("term"), in.varint("round"));
  }

  private static void put(InstallSnapshot message, WireOutput out) {
    SnapshotDescriptor snapshot = message.snapshot();
    out.varint("term", message.term());
    putSnapshotId(snapshot.id(), out);
    out.bytes(
        "snapshot.configuration",
        snapshot.configuration().encode(),
        MessageCodec.CONFIGURATION_BYTES_MAX);
    putId(snapshot.configurationEntry(), out);
    out.varint("offset", message.offset());
    out.bytes("chunk", message.chunk(), MessageCodec.SNAPSHOT_CHUNK_BYTES_MAX);
    out.varint("round", message.round());
  }

  private static InstallSnapshot installSnapshot(WireInput in) {
    long term = in.varint("term");
    SnapshotId id = readSnapshotId(in);
    Configuration configuration = readConfiguration(in);
    EntryId configurationEntry = readId("snapshot.configurationEntry", in);
    return new InstallSnapshot(
        term,
        new SnapshotDescriptor(id, configuration, configurationEntry),
        in.varint("offset"),
        in.bytes("chunk", MessageCodec.SNAPSHOT_CHUNK_BYTES_MAX),
        in.varint("round"));
  }

  private static Configuration readConfiguration(WireInput in) {
    String field = "snapshot.configuration";
    byte[] bytes = in.bytes(field, MessageCodec.CONFIGURATION_BYTES_MAX);
    Configuration configuration;
    try {
      configuration = Configuration.decode(bytes);
    } catch (IllegalArgumentException e) {
      throw in.malformed(field, String.valueOf(e.getMessage()));
    }
    // Unordered or doubled members decode to a configuration too, and would break canonicity.
    if (!Arrays.equals(bytes, configuration.encode())) {
      throw in.malformed(field, "it is not in canonical form");
    }
    return configuration;
  }

  private static void put(InstallSnapshotReply message, WireOutput out) {
    out.varint("term", message.term());
    putSnapshotId(message.snapshot(), out);
    out.varint("nextOffset", message.nextOffset());
    out.bool(message.installed());
    out.varint("round", message.round());
  }

  private static InstallSnapshotReply installSnapshotReply(WireInput in) {
    return new InstallSnapshotReply(
        in.varint("term"),
        readSnapshotId(in),
        in.varint("nextOffset"),
        in.bool("installed"),
        in.varint("round"));
  }

  private static void put(TimeoutNow message, WireOutput out) {
    out.varint("term", message.term());
  }

  private static TimeoutNow timeoutNow(WireInput in) {
    return new TimeoutNow(in.varint("term"));
  }

  private static void put(ApplicationMessage message, WireOutput out) {
    out.bytes("payload", message.payload(), MessageCodec.APPLICATION_BYTES_MAX);
  }

  private static ApplicationMessage applicationMessage(WireInput in) {
    return new ApplicationMessage(in.bytes("payload", MessageCodec.APPLICATION_BYTES_MAX));
  }

  static void putId(EntryId id, WireOutput out) {
    out.varint("term", id.term());
    out.varint("index", id.index());
  }

  static EntryId readId(String field, WireInput in) {
    return new EntryId(in.varint(field), in.varint(field));
  }

  private static void putSnapshotId(SnapshotId id, WireOutput out) {
    putId(id.last(), out);
    out.varint("snapshot.sizeBytes", id.sizeBytes());
    out.int32(id.crc32c());
  }

  private static SnapshotId readSnapshotId(WireInput in) {
    return new SnapshotId(
        readId("snapshot.last", in), in.varint("snapshot.sizeBytes"), in.int32("snapshot.crc32c"));
  }
}
