package io.holdfast.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.EntryId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The encodings: canonical, bounded, definite about any bytes, and pinned. */
class CodecTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void anAcquireHasTheseBytes() {
    Command acquire =
        new Command.Acquire(
            new Request(300, RequestId.of(7), 5),
            LockName.of("a/é"),
            "o",
            AcquireMode.semaphore(3, 2),
            2_000L);
    assertThat(HEX.formatHex(CommandCodec.encode(acquire)))
        .isEqualTo("0104ac02000705" + "04612fc3a9" + "016f" + "020302" + "d10f");
  }

  @Test
  void aGrantHasTheseBytes() {
    assertThat(HEX.formatHex(ResultCodec.encode(Machine.granted("a", 128, 9))))
        .isEqualTo("01010161800109");
  }

  @Test
  void aSnapshotHasTheseBytes() {
    Machine m = new Machine();
    long session = m.open();
    m.lock(session, "a");
    assertThat(HEX.formatHex(Snapshots.bytes(m.machine))).isEqualTo(GOLDEN_SNAPSHOT);
  }

  private static final String GOLDEN_SNAPSHOT =
      "484c434b01012a11a08d06c0843d904e904e904e904e4080208002800880088002904ee807c0"
          + "843de80780b89929000001041e01904e00066e6f6e63653004746573740001010041f8b40101"
          + "6101020000050d01610001020101016f0102000006060101d65d6e06";

  @Test
  void anyBytesAreACanonicalCommandOrADefiniteRefusal() {
    Random random = new Random(42);
    LockStateMachine machine = new LockStateMachine();
    List<byte[]> seeds = seeds();
    int accepted = 0;
    for (int round = 1; round <= 200_000; round++) {
      byte[] bytes = mutate(seeds.get(random.nextInt(seeds.size())), random);
      CommandResult result = machine.apply(new EntryId(1, round), bytes);
      if (!(result instanceof CommandResult.Malformed)) {
        accepted++;
        assertThat(CommandCodec.encode(CommandCodec.decode(bytes))).isEqualTo(bytes);
      }
      assertThat(ResultCodec.decode(ResultCodec.encode(result))).isEqualTo(result);
    }
    machine.checkInvariants();
    assertThat(accepted).isGreaterThan(1_000);
  }

  @Test
  void anyBytesAreACanonicalResultOrRefused() {
    Random random = new Random(43);
    List<byte[]> seeds = new ArrayList<>();
    Machine m = new Machine();
    for (byte[] command : seeds()) {
      seeds.add(ResultCodec.encode(m.apply(CommandCodec.decode(command))));
    }
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = mutate(seeds.get(random.nextInt(seeds.size())), random);
      CommandResult result;
      try {
        result = ResultCodec.decode(bytes);
      } catch (IllegalArgumentException refused) {
        continue;
      }
      assertThat(ResultCodec.encode(result)).isEqualTo(bytes);
    }
  }

  private static List<byte[]> seeds() {
    RandomCommands commands = new RandomCommands(5);
    LockStateMachine machine = new LockStateMachine();
    List<byte[]> seeds = new ArrayList<>();
    for (int index = 1; index <= 500; index++) {
      Command command = commands.next(machine, 1);
      seeds.add(CommandCodec.encode(command));
      CommandResult result = machine.apply(new EntryId(1, index), command);
      if (result instanceof CommandResult.SessionOpened opened) {
        commands.opened(opened.session());
      }
    }
    return seeds;
  }

  private static byte[] mutate(byte[] seed, Random random) {
    byte[] bytes = Arrays.copyOf(seed, Math.max(0, seed.length + random.nextInt(5) - 2));
    for (int flips = random.nextInt(3); flips > 0 && bytes.length > 0; flips--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  @Test
  void aNumberInALongerFormIsRefused() {
    byte[] close = CommandCodec.encode(new Command.CloseSession(5));
    byte[] longer = {close[0], close[1], (byte) 0x85, 0};
    assertThatThrownBy(() -> CommandCodec.decode(longer)).hasMessageContaining("shortest form");
  }

  @Test
  void textThatIsNoUtf8IsRefused() {
    byte[] forget = CommandCodec.encode(new Command.Forget(LockName.of("é")));
    forget[forget.length - 1] = 'x';
    assertThatThrownBy(() -> CommandCodec.decode(forget)).hasMessageContaining("not UTF-8");
  }

  @Test
  void anUnknownVersionIsRefusedByItsNumber() {
    byte[] command = CommandCodec.encode(new Command.CloseSession(5));
    command[0] = 9;
    assertThat(new LockStateMachine().apply(new EntryId(1, 1), command))
        .isEqualTo(new CommandResult.Malformed("command version 9 is unknown; 1 is read"));
  }

  @Test
  void aNameMustHaveSegmentsThatSurviveAPath() {
    for (String bad :
        List.of("", "/a", "a/", "a//b", "a/../b", ".", "a\u0000", "a\u0085", "\ud800")) {
      assertThatThrownBy(() -> LockName.of(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> LockName.of("é".repeat(257))).hasMessageContaining("514 bytes");
    assertThat(LockName.of("orders/42/..x").value()).isEqualTo("orders/42/..x");
  }
}
