package io.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTest {
  @Test
  void isReadAsItIsWritten() {
    assertThat(Column.parse("64x8")).isEqualTo(new Column(64, 8)).hasToString("64x8");
    assertThat(Column.parse("16x1").title()).isEqualTo("16 clients, 1 lock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "x", "0x1", "1x2", "16x-1", "99999x1"})
  void everythingElseIsRefusedByName(String text) {
    assertThatThrownBy(() -> Column.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
