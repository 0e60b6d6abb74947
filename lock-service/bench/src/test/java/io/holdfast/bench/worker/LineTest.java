package io.holdfast.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LineTest {
  @Test
  void whatIsSentIsRead() {
    Line line =
        Line.of("load")
            .with("lock", "a b=c/\n%d")
            .with("clients", 16)
            .with("seconds", 2.5)
            .with("empty", "");

    Line read = Line.decode(line.encode());

    assertThat(line.encode()).doesNotContain("\n");
    assertThat(read).isEqualTo(line);
    assertThat(read.text("lock")).isEqualTo("a b=c/\n%d");
    assertThat(read.integer("clients")).isEqualTo(16);
    assertThat(read.real("seconds")).isEqualTo(2.5);
    assertThat(read.text("empty")).isEmpty();
  }

  @Test
  void missingValueIsNamed() {
    assertThatThrownBy(() -> Line.of("load").text("clients"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'load' lacks clients");
  }

  @Test
  void valueWithoutNameIsRefused() {
    assertThatThrownBy(() -> Line.decode("load =3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'=3' is not name=value");
  }
}
