package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.checker.CheckOptions;
import io.holdfast.checker.LinearizabilityChecker;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.verdict.Conclusion;
import org.junit.jupiter.api.Test;

class StateHistoryTest {
  private final StateHistory state = new StateHistory();

  @Test
  void readsOfWhatIsHeldAreValid() {
    state.read(0, 1, 2);
    state.wrote(7, 3, 5);
    state.read(7, 5, 6);
    state.wrote(0, 7, 9);
    state.read(7, 8, 10);
    assertThat(judge()).isEqualTo(Conclusion.VALID);
  }

  @Test
  void aReadOfWhatIsOverIsNot() {
    state.wrote(7, 3, 5);
    state.wrote(0, 7, 9);
    state.read(7, 10, 11);
    assertThat(judge()).isEqualTo(Conclusion.INVALID);
  }

  @Test
  void theHandOverOfALockIsNoReadableGap() {
    state.wrote(7, 1, 2);
    state.wrote(8, 3, 9);
    state.wrote(0, 9, 9);
    state.read(8, 10, 11);
    assertThat(judge()).isEqualTo(Conclusion.VALID);
  }

  private Conclusion judge() {
    return new LinearizabilityChecker(CheckOptions.defaults())
        .check(Models.named("register:0"), state.build("lock-0"))
        .conclusion();
  }
}
