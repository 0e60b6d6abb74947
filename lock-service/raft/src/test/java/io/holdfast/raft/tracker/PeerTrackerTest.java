package io.holdfast.raft.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.PeerId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerTrackerTest {
  private static final long TICKET = 7;

  private final PeerTracker tracker = new PeerTracker(new PeerId(2), 61, 0, 4, 1_000);

  @BeforeEach
  void entriesAreReadForThePlaceAfterTheMatch() {
    tracker.matched(60, 60);
    tracker.fetching(TICKET);
    assertThat(tracker.maySendEntries()).isFalse();
  }

  @Test
  void anInstalledSnapshotMakesEntriesThatAreBeingReadOfNoUse() {
    tracker.snapshotInstalled(100);
    assertThat(tracker.nextIndex()).isEqualTo(101);
    assertThat(tracker.fetchTicket()).isZero();
    assertThat(tracker.maySendEntries()).isTrue();
  }

  @Test
  void aMatchFurtherOnMakesEntriesThatAreBeingReadOfNoUse() {
    tracker.matched(100, 60);
    assertThat(tracker.nextIndex()).isEqualTo(101);
    assertThat(tracker.fetchTicket()).isZero();
  }

  @Test
  void anAnswerThatTellsNothingNewLeavesTheReadingAlone() {
    tracker.matched(60, 60);
    tracker.snapshotInstalled(50);
    assertThat(tracker.nextIndex()).isEqualTo(61);
    assertThat(tracker.fetchTicket()).isEqualTo(TICKET);
  }

  @Test
  void whatAnInstalledSnapshotCoversIsNotUnderWayAnyMore() {
    tracker.fetchEnded();
    for (int index = 61; index <= 64; index++) {
      tracker.sentEntries(index, 10);
    }
    assertThat(tracker.maySendEntries()).as("the window is full").isFalse();
    tracker.snapshotInstalled(64);
    tracker.matched(64, 60);
    assertThat(tracker.inflightMessages()).isZero();
    assertThat(tracker.inflightBytes()).isZero();
    assertThat(tracker.maySendEntries()).isTrue();
  }
}
