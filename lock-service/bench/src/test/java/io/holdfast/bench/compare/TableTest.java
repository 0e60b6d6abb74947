package io.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  private final Table table = new Table("Pairs", 1, "system", "pairs/s");

  @Test
  void figuresStandBelowEachOther() {
    table.row("Holdfast", "9,239");
    table.row("etcd", "160");

    assertThat(table.text())
        .isEqualTo(
            """
            Pairs
            system    pairs/s
            Holdfast    9,239
            etcd          160
            """);
  }

  @Test
  void markdownIsTheSameTable() {
    table.row("etcd", "160");

    assertThat(table.markdown())
        .isEqualTo(
            """
            ### Pairs

            | system | pairs/s |
            |---|---:|
            | etcd | 160 |
            """);
  }

  @Test
  void rowOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> table.row("etcd"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 cells, not 2");
  }
}
