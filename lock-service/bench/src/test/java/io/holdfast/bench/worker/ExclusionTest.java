package io.holdfast.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExclusionTest {
  private final Exclusion exclusion = new Exclusion();

  @Test
  void oneAfterTheOtherIsNoOverlap() {
    exclusion.pass(exclusion.holderOf("a"), "first");
    exclusion.pass(exclusion.holderOf("a"), "second");

    assertThat(exclusion.overlaps()).isZero();
  }

  @Test
  void grantWhileAnotherHoldsIsCounted() {
    exclusion.holderOf("a").set("first");
    exclusion.pass(exclusion.holderOf("a"), "second");
    exclusion.pass(exclusion.holderOf("b"), "second");

    assertThat(exclusion.overlaps()).isEqualTo(1);
    assertThat(exclusion.holderOf("a").get()).isEqualTo("first");
  }
}
