package io.holdfast.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CommandMapTest {
  @Test
  void newestCommandOfEachKeyIsTheState() {
    CommandMap map = new CommandMap();
    for (long number = 0; number < 3 * CommandMap.KEYS; number++) {
      map.apply(ByteBuffer.wrap(CommandMap.command(number)));
    }

    byte[] saved = map.save();

    assertThat(saved).hasSize(CommandMap.KEYS * CommandMap.COMMAND_BYTES);
    assertThat(saved).startsWith(CommandMap.command(2 * CommandMap.KEYS));
    CommandMap copy = new CommandMap();
    copy.load(saved);
    assertThat(copy.save()).isEqualTo(saved);
  }
}
