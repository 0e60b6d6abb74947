package io.holdfast.raft.scenario;

import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.driver.ReadCallback;
import io.holdfast.raft.driver.TransferCallback;
import java.util.List;

/** Callbacks that write down what they hear. */
final class Recording {
  private Recording() {}

  static ReadCallback read(List<String> outcomes) {
    return new ReadCallback() {
      @Override
      public void confirmed(long index) {
        outcomes.add("confirmed " + index);
      }

      @Override
      public void failed(ProposalFailure why) {
        outcomes.add("failed " + why);
      }
    };
  }

  static TransferCallback transfer(List<String> outcomes) {
    return new TransferCallback() {
      @Override
      public void handedOver() {
        outcomes.add("handed over");
      }

      @Override
      public void failed(String reason) {
        outcomes.add("failed " + reason);
      }
    };
  }
}
