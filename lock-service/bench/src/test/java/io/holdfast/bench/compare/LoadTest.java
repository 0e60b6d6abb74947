package io.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTest {
  @Test
  void isReadAsItIsWritten() {
    assertThat(Load.Pairs.parse("64x8")).isEqualTo(new Load.Pairs(64, 8)).hasToString("64x8");
    assertThat(Load.Pairs.parse("16x1").title()).isEqualTo("16 clients, 1 lock");
    assertThat(Load.Commands.parse("128")).isEqualTo(new Load.Commands(128)).hasToString("128");
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "x", "0x1", "1x2", "16x-1", "99999x1", "1x1x1"})
  void everythingElseIsRefusedByName(String text) {
    assertThatThrownBy(() -> Load.Pairs.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
