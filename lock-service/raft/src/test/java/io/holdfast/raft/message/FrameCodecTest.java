package io.holdfast.raft.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.CodecException.Reason;
import io.holdfast.raft.message.FrameCodec.Frame;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.message.Message.VoteReply;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
  private static final PeerId ONE = new PeerId(1);
  private static final PeerId TWO = new PeerId(2);
  private static final PeerId LAST = new PeerId(PeerId.MAX_VALUE);

  private final FrameCodec one = new FrameCodec("orders", ONE, 77);
  private final FrameCodec two = new FrameCodec("orders", TWO, 78);
  private final FrameCodec last = new FrameCodec("orders", LAST, -1);

  @Test
  void oneFrameServesEveryReceiver() {
    byte[] frame = one.encode(List.of(TWO, LAST), new TimeoutNow(5));

    Frame expected = new Frame(ONE, 77, new TimeoutNow(5));
    assertThat(two.decode(frame, 0, frame.length)).isEqualTo(expected);
    assertThat(last.decode(frame, 0, frame.length)).isEqualTo(expected);
  }

  @Test
  void theLargestPeerIdAndANegativeEpochSurvive() {
    byte[] frame = last.encode(List.of(ONE), new TimeoutNow(5));

    assertThat(one.decode(frame, 0, frame.length))
        .isEqualTo(new Frame(LAST, -1, new TimeoutNow(5)));
  }

  @Test
  void aFrameIsReadFromTheMiddleOfALargerArray() {
    byte[] frame = one.encode(List.of(TWO), new VoteReply(9, true));
    byte[] larger = new byte[frame.length + 20];
    Arrays.fill(larger, (byte) 0x55);
    System.arraycopy(frame, 0, larger, 13, frame.length);

    assertThat(two.decode(larger, 13, frame.length).message()).isEqualTo(new VoteReply(9, true));
  }

  @Test
  void framesThatFollowEachOtherAreToldApart() {
    byte[] first = one.encode(List.of(TWO), new TimeoutNow(5));
    byte[] second = one.encode(List.of(TWO), new VoteReply(700, true));
    byte[] packet = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, packet, first.length, second.length);

    assertThat(FrameCodec.frameBytes(packet, 0, packet.length)).isEqualTo(first.length);
    assertThat(FrameCodec.frameBytes(packet, first.length, second.length)).isEqualTo(second.length);
  }

  @Test
  void theBytesOfTheFrameArePinned() {
    assertThat(HexFormat.of().formatHex(one.encode(List.of(TWO, LAST), new TimeoutNow(5))))
        .isEqualTo(
            "4846524601"
                + "00000027"
                + "95b6e54f"
                + "1c168adb00d208e4"
                + "0001"
                + "000000000000004d"
                + "02"
                + "0002"
                + "ffff"
                + "010b05");
  }

  @Test
  void refusalsAreDistinguishable() {
    byte[] frame = one.encode(List.of(TWO), new TimeoutNow(5));

    refused(new FrameCodec("invoices", TWO, 1), frame, Reason.FOREIGN_CLUSTER, "'invoices'");
    refused(last, frame, Reason.WRONG_RECEIVER, "peer-1 that was not meant for peer-65535");
    refused(two, with(frame, 4, 2), Reason.UNKNOWN_VERSION, "frame version 2");
    refused(two, with(frame, 0, 'G'), Reason.NOT_A_FRAME, "do not start as a frame");
    refused(two, with(frame, frame.length - 1, 6), Reason.BAD_CHECKSUM, "CRC32C");
    refused(two, with(frame, 13, ~frame[13]), Reason.BAD_CHECKSUM, "CRC32C");
    refused(two, Arrays.copyOf(frame, 20), Reason.MALFORMED, "20 bytes");
    refused(two, Arrays.copyOf(frame, 34), Reason.MALFORMED, "frame length: 37, with 34 bytes");
    refused(two, Arrays.copyOf(frame, 40), Reason.MALFORMED, "frame length: 37 in a frame of 40");
    refused(two, with(frame, 5, 1), Reason.TOO_LARGE, "frame length: 16777253 exceeds");
    refused(two, new byte[0], Reason.NOT_A_FRAME, "0 bytes");
  }

  @Test
  void everySingleBitFlipIsRefused() {
    byte[] frame = one.encode(List.of(TWO), new RandomMessages(5).next());
    for (int bit = 0; bit < frame.length * 8; bit++) {
      byte[] flipped = with(frame, bit / 8, frame[bit / 8] ^ 1 << bit % 8);
      assertThatThrownBy(() -> two.decode(flipped, 0, flipped.length))
          .isInstanceOf(CodecException.class);
    }
  }

  @Test
  void mutatedFramesAreRefusedWithACodecExceptionAndNothingElse() {
    RandomMessages messages = new RandomMessages(45);
    Random random = new Random(46);
    Set<Reason> seen = EnumSet.noneOf(Reason.class);
    for (int i = 0; i < 50_000; i++) {
      byte[] frame = one.encode(List.of(TWO), messages.next());
      byte[] bytes = i % 4 == 0 ? Mutations.garbage(random) : Mutations.mutate(frame, random);
      try {
        Frame decoded = two.decode(bytes, 0, bytes.length);
        assertThat(bytes).as("accepted %s", decoded).isEqualTo(frame);
      } catch (CodecException refused) {
        seen.add(refused.reason());
      }
    }
    assertThat(seen).contains(Reason.NOT_A_FRAME, Reason.BAD_CHECKSUM, Reason.UNKNOWN_VERSION);
  }

  @Test
  void aFrameNamesAtLeastOneReceiverAndAtMost255() {
    List<PeerId> many = IntStream.rangeClosed(1, 256).mapToObj(PeerId::new).toList();
    assertThatThrownBy(() -> one.encode(many, new TimeoutNow(1)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("receivers: 256 exceeds 255");
    assertThatThrownBy(() -> one.encode(List.of(), new TimeoutNow(1)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("at least one");
    byte[] most = one.encode(many.subList(0, 255), new TimeoutNow(1));
    assertThat(two.decode(most, 0, most.length).message()).isEqualTo(new TimeoutNow(1));
  }

  private static byte[] with(byte[] frame, int at, int value) {
    byte[] changed = frame.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static void refused(FrameCodec codec, byte[] frame, Reason reason, String part) {
    assertThatThrownBy(() -> codec.decode(frame, 0, frame.length))
        .isInstanceOfSatisfying(
            CodecException.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal).hasMessageContaining(part);
            });
  }
}
