package io.holdfast.raft.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.message.CodecException.Reason;
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
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
  /** Room for what the virtual machine allocates when it links code for the first time. */
  private static final long ALLOCATED_BYTES_MAX = 1 << 20;

  @Test
  void everyTypeOfTheFamilyHasALayoutAndARandomSample() {
    Set<Class<?>> family = Set.of(Message.class.getPermittedSubclasses());

    assertThat(Set.<Class<?>>copyOf(MessageLayout.types())).isEqualTo(family);
    assertThat(
            new RandomMessages(1)
                .oneOfEveryType().stream().map(Object::getClass).collect(Collectors.toSet()))
        .isEqualTo(family);
  }

  @Test
  void everyMessageSurvivesTheRoundTrip() {
    RandomMessages messages = new RandomMessages(7_800);
    for (int round = 0; round < 2_000; round++) {
      for (Message message : messages.oneOfEveryType()) {
        byte[] bytes = MessageCodec.encode(message);
        Message decoded = MessageCodec.decode(bytes);

        assertThat(MessageCodec.encode(decoded)).isEqualTo(bytes);
        assertThat(plain(decoded)).isEqualTo(plain(message));
      }
    }
  }

  @Test
  void theBytesOfTheFormatArePinned() throws IOException {
    Map<String, String> pinned = new LinkedHashMap<>();
    for (String line : goldenLines()) {
      String[] nameAndBytes = line.split(" ", 2);
      pinned.put(nameAndBytes[0], nameAndBytes[1]);
    }
    Map<String, Message> samples = samples();

    Map<String, String> encoded = new LinkedHashMap<>();
    samples.forEach(
        (name, message) ->
            encoded.put(name, HexFormat.of().formatHex(MessageCodec.encode(message))));
    assertThat(encoded).isEqualTo(pinned);
    pinned.forEach(
        (name, hex) ->
            assertThat(plain(MessageCodec.decode(HexFormat.of().parseHex(hex))))
                .as(name)
                .isEqualTo(plain(Objects.requireNonNull(samples.get(name)))));
    assertThat(samples.values().stream().map(Object::getClass).collect(Collectors.toSet()))
        .isEqualTo(Set.of(Message.class.getPermittedSubclasses()));
  }

  @Test
  void bytesThatDecodeEncodeToThemselves() {
    RandomMessages messages = new RandomMessages(41);
    Random random = new Random(42);
    int accepted = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = Mutations.mutate(MessageCodec.encode(messages.next()), random);
      try {
        assertThat(MessageCodec.encode(MessageCodec.decode(bytes))).isEqualTo(bytes);
        accepted++;
      } catch (CodecException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
    assertThat(accepted).as("mutants that are still messages").isGreaterThan(1_000);
  }

  @Test
  void noBytesMakeTheDecoderThrowAnythingElseOrAllocateWithoutBound() {
    RandomMessages messages = new RandomMessages(43);
    Random random = new Random(44);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes =
          i % 4 == 0
              ? Mutations.garbage(random)
              : Mutations.mutate(MessageCodec.encode(messages.next()), random);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        MessageCodec.decode(bytes);
      } catch (CodecException refused) {
        assertThat(refused.reason()).isNotNull();
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(allocated).as("for %d bytes", bytes.length).isLessThan(ALLOCATED_BYTES_MAX);
    }
  }

  @Test
  void aCountBeyondTheBytesThatRemainIsRefusedBeforeAnythingIsAllocated() {
    // AppendEntries with term, previous, leaderCommit and round 0, announcing 16,384 entries.
    byte[] bytes = HexFormat.of().parseHex("01050000000000" + "808001" + "000000");

    refused(() -> MessageCodec.decode(bytes), Reason.MALFORMED, "entries", "16384 announced");
  }

  @Test
  void valuesAboveTheirBoundsAreRefusedOnBothSides() {
    byte[] tooLong = new byte[MessageCodec.APPLICATION_BYTES_MAX + 1];
    refused(
        () -> MessageCodec.encode(new ApplicationMessage(tooLong)),
        Reason.TOO_LARGE,
        "payload",
        "4194305 exceeds 4194304");
    refused(
        () -> MessageCodec.decode(HexFormat.of().parseHex("010c81808002")),
        Reason.TOO_LARGE,
        "payload",
        "4194305 exceeds 4194304");
    List<Entry> entries = Collections.nCopies(16_385, Entry.noOp(new EntryId(1, 1)));
    refused(
        () -> MessageCodec.encode(new AppendEntries(1, EntryId.NONE, entries, 0, 0)),
        Reason.TOO_LARGE,
        "entries",
        "16385 exceeds 16384");
    Entry large = Entry.command(new EntryId(1, 1), new byte[MessageCodec.ENTRY_PAYLOAD_BYTES_MAX]);
    List<Entry> twoLarge =
        List.of(
            large,
            Entry.command(new EntryId(1, 2), large.payload()),
            Entry.noOp(new EntryId(1, 3)));
    refused(
        () -> MessageCodec.encode(new AppendEntries(1, EntryId.NONE, twoLarge, 0, 0)),
        Reason.TOO_LARGE,
        "message bytes");
  }

  @Test
  void entriesThatDoNotFollowEachOtherHaveNoEncoding() {
    EntryId previous = new EntryId(3, 10);
    for (EntryId wrong :
        List.of(new EntryId(3, 12), new EntryId(3, 10), new EntryId(2, 11), new EntryId(4, 9))) {
      AppendEntries append = new AppendEntries(5, previous, List.of(Entry.noOp(wrong)), 0, 0);
      refused(() -> MessageCodec.encode(append), Reason.MALFORMED, wrong + " cannot follow 3/10");
    }
  }

  @Test
  void malformedBytesNameTheFieldAndTheByte() {
    refusedBytes("", Reason.MALFORMED, "message version at byte 0: the bytes end before it");
    refusedBytes("02", Reason.UNKNOWN_VERSION, "message version 2; this program knows 1");
    refusedBytes("0100", Reason.MALFORMED, "message type at byte 2: unknown code 0");
    refusedBytes("010d", Reason.MALFORMED, "message type at byte 2: unknown code 13");
    refusedBytes("010402", Reason.MALFORMED, "granted at byte 3: the bytes end before it");
    refusedBytes("01040202", Reason.MALFORMED, "granted at byte 4: 2 is neither 0 nor 1");
    refusedBytes("0104020101", Reason.MALFORMED, "VoteReply at byte 4: 1 bytes follow its end");
    refusedBytes("010b8000", Reason.MALFORMED, "term at byte 4: a number is written in more bytes");
    refusedBytes("010bffffffffffffffffff01", Reason.MALFORMED, "a number exceeds 63 bits");
    refusedBytes("0106010101" + "0600", Reason.MALFORMED, "result at byte 6: unknown kind 6");
    refusedBytes(
        "0105" + "01" + "01ffffffffffffffff7f" + "0000" + "01" + "000000",
        Reason.MALFORMED,
        "entries at byte 16: indexes after 1/9223372036854775807 exceed 63 bits");
    refusedBytes(
        "0105" + "01" + "0101" + "0000" + "01" + "000300",
        Reason.MALFORMED,
        "entry.type at byte 10: unknown entry type 3");
  }

  @Test
  void aSnapshotsConfigurationMustBeCanonical() {
    Member first = new Member(new PeerId(1), "a:1", "a:2");
    Member second = new Member(new PeerId(2), "b:1", "b:2");
    byte[] bytes = MessageCodec.encode(snapshotOf(Configuration.ofVoters(List.of(first, second))));
    String hex = HexFormat.of().formatHex(bytes);
    // The two voters at the end of the configuration, exchanged.
    String exchanged = hex.replace("0000000200010002", "0000000200020001");

    assertThat(exchanged).isNotEqualTo(hex);
    refusedBytes(exchanged, Reason.MALFORMED, "snapshot.configuration", "canonical");
  }

  private static Message snapshotOf(Configuration configuration) {
    SnapshotId id = new SnapshotId(new EntryId(5, 900), 70_000, 0xCAFE_BABE);
    return new InstallSnapshot(
        6,
        new SnapshotDescriptor(id, configuration, new EntryId(2, 17)),
        65_536,
        new byte[] {1, 2, 3},
        12);
  }

  private static Map<String, Message> samples() {
    List<Entry> entries =
        List.of(
            Entry.noOp(new EntryId(7, 301)),
            Entry.command(new EntryId(7, 302), new byte[] {10, 20, 30}),
            new Entry(new EntryId(9, 303), EntryType.CONFIGURATION, new byte[] {1}));
    Member member = new Member(new PeerId(300), "peer-a:7800", "peer-a:7070");
    EntryId last = new EntryId(6, 300);
    Map<String, Message> samples = new LinkedHashMap<>();
    samples.put("PreVoteRequest", new PreVoteRequest(6, 7, last));
    samples.put("PreVoteReply", new PreVoteReply(6, 7, true));
    samples.put("VoteRequest", new VoteRequest(7, last, true));
    samples.put("VoteReply", new VoteReply(7, false));
    samples.put("AppendEntries", new AppendEntries(9, last, entries, 299, 41));
    samples.put("AppendEntriesEmpty", new AppendEntries(9, EntryId.NONE, List.of(), 0, 0));
    samples.put("Matched", new AppendEntriesReply(9, last, new Matched(303), 41));
    samples.put("IndexNotMatched", new AppendEntriesReply(9, last, new IndexNotMatched(128), 41));
    samples.put("TermNotMatched", new AppendEntriesReply(9, last, new TermNotMatched(4, 127), 41));
    samples.put("Held", new AppendEntriesReply(9, last, new Held(303), 0));
    samples.put("Lost", new AppendEntriesReply(9, last, new Lost(128), 0));
    samples.put("Heartbeat", new Heartbeat(9, 16_384, Long.MAX_VALUE));
    samples.put("HeartbeatReply", new HeartbeatReply(9, 42));
    samples.put("InstallSnapshot", snapshotOf(Configuration.ofVoters(List.of(member))));
    samples.put(
        "InstallSnapshotReply",
        new InstallSnapshotReply(9, new SnapshotId(last, 70_000, -1), 65_539, false, 43));
    samples.put("TimeoutNow", new TimeoutNow(9));
    samples.put("ApplicationMessage", new ApplicationMessage(new byte[] {(byte) 0xFF, 0, 1}));
    return samples;
  }

  private static List<String> goldenLines() throws IOException {
    try (InputStream in = MessageCodecTest.class.getResourceAsStream("messages-v1.golden")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  /** The message with its arrays as lists, because a record compares arrays by identity. */
  private static List<Object> plain(Message message) {
    if (message instanceof InstallSnapshot chunk) {
      return List.of(
          chunk.term(),
          chunk.snapshot(),
          chunk.offset(),
          HexFormat.of().formatHex(chunk.chunk()),
          chunk.round());
    }
    if (message instanceof ApplicationMessage application) {
      return List.of(Arrays.toString(application.payload()));
    }
    return List.of(message);
  }

  private static void refusedBytes(String hex, Reason reason, String... parts) {
    refused(() -> MessageCodec.decode(HexFormat.of().parseHex(hex)), reason, parts);
  }

  private static void refused(ThrowingCallable call, Reason reason, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CodecException.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason))
        .hasMessageContainingAll(parts);
  }
}
