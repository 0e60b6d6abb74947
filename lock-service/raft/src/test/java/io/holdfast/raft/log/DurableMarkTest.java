package io.holdfast.raft.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DurableMarkTest {
  @Test
  @DisplayName(
      "S097 a late acknowledgement does not speak for an entry that replaced the written one")
  void aLateAcknowledgementDoesNotSpeakForAReplacement() {
    DurableMark mark = new DurableMark(4);
    mark.emitted(1, 6, 0);
    mark.truncatedFrom(5);
    mark.emitted(2, 6, 0);
    mark.truncatedFrom(5);
    mark.emitted(3, 6, 0);
    assertThat(mark.acknowledged(1)).isFalse();
    assertThat(mark.durableIndex()).isEqualTo(4);
    assertThat(mark.acknowledged(2)).isFalse();
    assertThat(mark.acknowledged(3)).isTrue();
    assertThat(mark.durableIndex()).isEqualTo(6);
  }

  @Test
  void aTruncationLowersWhatIsDurable() {
    DurableMark mark = new DurableMark(10);
    mark.truncatedFrom(8);
    assertThat(mark.durableIndex()).isEqualTo(7);
  }

  @Test
  void theOldestBatchUnderWayTellsHowLongTheDiskIsSilent() {
    DurableMark mark = new DurableMark(0);
    assertThat(mark.oldestAgeNanos(50)).isZero();
    mark.emitted(1, 1, 10);
    mark.emitted(2, 2, 30);
    assertThat(mark.oldestAgeNanos(50)).isEqualTo(40);
    mark.acknowledged(1);
    assertThat(mark.oldestAgeNanos(50)).isEqualTo(20);
  }
}
