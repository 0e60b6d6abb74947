package io.holdfast.raft.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.VoteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private static final PeerId PEER = new PeerId(2);
  private static final Message VOTE = new VoteRequest(1, EntryId.NONE, false);

  private static Mailbox mailbox(int messages, int tasks) {
    return new Mailbox(new NodeLimits(messages, 1 << 20, tasks, 1, 1));
  }

  private static List<Message> messages(Mailbox mailbox) {
    List<Message> found = new ArrayList<>();
    for (Mailbox.Letter letter : mailbox.drain()) {
      if (letter instanceof Mailbox.Letter.Received received) {
        found.add(received.message());
      }
    }
    return found;
  }

  @Test
  @DisplayName("S169 when messages overflow the oldest heartbeats go first, then the newcomer")
  void theOldestHeartbeatsGoFirst() {
    Mailbox mailbox = mailbox(3, 1);
    mailbox.received(PEER, VOTE);
    mailbox.received(PEER, new Heartbeat(1, 0, 1));
    mailbox.received(PEER, new Heartbeat(1, 0, 2));
    mailbox.received(PEER, VOTE);
    mailbox.received(PEER, VOTE);
    mailbox.received(PEER, new Heartbeat(1, 0, 3));
    assertThat(messages(mailbox)).containsExactly(VOTE, VOTE, VOTE);
    assertThat(mailbox.droppedMessages()).isEqualTo(3);
    mailbox.received(PEER, new Heartbeat(1, 0, 4));
    assertThat(messages(mailbox)).containsExactly(new Heartbeat(1, 0, 4));
  }

  @Test
  @DisplayName("S169 answers of storage are never dropped")
  void answersOfStorageAreNeverDropped() {
    Mailbox mailbox = mailbox(1, 1);
    for (int i = 0; i < 100; i++) {
      mailbox.storageAnswered(() -> {});
    }
    mailbox.received(PEER, VOTE);
    mailbox.received(PEER, VOTE);
    mailbox.durable(3);
    mailbox.durable(2);
    List<Mailbox.Letter> letters = mailbox.drain();
    assertThat(letters).hasSize(102);
    assertThat(letters.get(0)).isEqualTo(new Mailbox.Letter.Durable(3));
  }

  @Test
  void tasksAreRefusedWhenTooManyWaitOrTheMailboxIsClosed() {
    Mailbox mailbox = mailbox(1, 2);
    assertThat(mailbox.offerTask(() -> {})).isTrue();
    assertThat(mailbox.offerTask(() -> {})).isTrue();
    assertThat(mailbox.offerTask(() -> {})).isFalse();
    assertThat(mailbox.close()).as("what was accepted is still run").hasSize(2);
    assertThat(mailbox.offerTask(() -> {})).isFalse();
  }

  @Test
  void aFloodOfTasksLeavesRoomForMessagesInEveryTurn() {
    int flood = 3 * Mailbox.TASKS_PER_TURN;
    Mailbox mailbox = mailbox(10, flood + 1);
    List<Integer> run = new ArrayList<>();
    for (int number = 0; number < flood; number++) {
      int task = number;
      mailbox.offerTask(() -> run.add(task));
    }
    mailbox.received(PEER, VOTE);
    List<Mailbox.Letter> letters = mailbox.drain();
    assertThat(letters).hasSize(1 + Mailbox.TASKS_PER_TURN);
    assertThat(letters.get(0)).isEqualTo(new Mailbox.Letter.Received(PEER, VOTE));
    runTasks(letters);
    assertThat(mailbox.hasTasks()).isTrue();
    mailbox.received(PEER, VOTE);
    letters = mailbox.drain();
    assertThat(letters.get(0)).isEqualTo(new Mailbox.Letter.Received(PEER, VOTE));
    runTasks(letters);
    runTasks(mailbox.drain());
    assertThat(mailbox.hasTasks()).isFalse();
    assertThat(run).hasSize(flood).isSorted();
  }

  private static void runTasks(List<Mailbox.Letter> letters) {
    for (Mailbox.Letter letter : letters) {
      if (letter instanceof Mailbox.Letter.Task task) {
        task.task().run();
      }
    }
  }

  @Test
  void itIsSettledWhenWhatHadArrivedIsTakenHoweverMuchArrivesMeanwhile() {
    Mailbox mailbox = mailbox(1, 1 << 20);
    offer(mailbox, 1);
    mailbox.drain();
    assertThat(mailbox.isSettled()).isTrue();
    offer(mailbox, 2 * Mailbox.TASKS_PER_TURN);
    mailbox.drain();
    assertThat(mailbox.isSettled()).as("half of what had arrived is left").isFalse();
    offer(mailbox, 2 * Mailbox.TASKS_PER_TURN);
    mailbox.drain();
    assertThat(mailbox.isSettled()).as("what is left came later").isTrue();
    mailbox.drain();
    assertThat(mailbox.isSettled()).as("half of that is left").isFalse();
    mailbox.drain();
    assertThat(mailbox.isSettled()).isTrue();
  }

  private static void offer(Mailbox mailbox, int count) {
    for (int number = 0; number < count; number++) {
      mailbox.offerTask(() -> {});
    }
  }

  @Test
  void oneWakeUpServesAWholeBatch() {
    Mailbox mailbox = mailbox(10, 10);
    AtomicInteger wakeUps = new AtomicInteger();
    mailbox.offerTask(() -> {});
    mailbox.onWork(wakeUps::incrementAndGet);
    assertThat(wakeUps).as("work that came before is not forgotten").hasValue(1);
    mailbox.received(PEER, VOTE);
    mailbox.durable(1);
    assertThat(wakeUps).hasValue(1);
    mailbox.drain();
    mailbox.durable(2);
    assertThat(wakeUps).hasValue(2);
  }
}
