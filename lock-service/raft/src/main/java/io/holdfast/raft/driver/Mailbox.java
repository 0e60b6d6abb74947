package io.holdfast.raft.driver;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.ApplicationMessage;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.InstallSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the event loop. Any thread puts in. Messages are bounded in number and bytes,
 * tasks in number; answers of storage are never dropped, since each was asked for and they are
 * bounded by what was asked.
 *
 * <p>A turn takes everything but tasks, and of those at most {@link #TASKS_PER_TURN}: when ten
 * thousand clients come at once, heartbeats must not wait until all of them are served, neither the
 * own ones nor the answers of others.
 *
 * <p>When messages overflow, the oldest heartbeat goes first: the next one says the same.
 */
final class Mailbox {
  /** One thing that waits. */
  sealed interface Letter {
    record Received(PeerId from, Message message) implements Letter {}

    record Disconnected(PeerId peer) implements Letter {}

    record Task(Runnable task) implements Letter {}

    record StorageAnswer(Runnable answer) implements Letter {}

    /** Every batch up to this number is durable; the newest stands for those before it. */
    record Durable(long batchNumber) implements Letter {}
  }

  /** Tasks that one turn takes; some 10 ms of work. */
  static final int TASKS_PER_TURN = 512;

  private static final long MESSAGE_OVERHEAD_BYTES = 64;
  private static final long ENTRY_OVERHEAD_BYTES = 48;

  private final NodeLimits limits;
  private final Object lock = new Object();
  private List<@Nullable Letter> letters = new ArrayList<>();
  private List<@Nullable Letter> drained = new ArrayList<>();
  private int messageCount;
  private long messageBytes;
  private final ArrayDeque<Letter.Task> tasks = new ArrayDeque<>();
  private long tasksTaken;

  /** How many tasks had come when the first drain after a settled one began. */
  private long tasksToSettle;

  private boolean settled = true;
  private int heartbeatCursor;
  private long durableBatch;
  private boolean signalled;
  private boolean closed;
  private long droppedMessages;
  private Runnable wakeUp = () -> {};

  Mailbox(NodeLimits limits) {
    this.limits = limits;
  }

  void onWork(Runnable newWakeUp) {
    boolean callNow;
    synchronized (lock) {
      wakeUp = newWakeUp;
      callNow = signalled;
    }
    if (callNow) {
      newWakeUp.run();
    }
  }

  /**
   * @return false when too many tasks wait, or the mailbox is closed
   */
  boolean offerTask(Runnable task) {
    Runnable wake;
    synchronized (lock) {
      if (closed || tasks.size() >= limits.mailboxTasksMax()) {
        return false;
      }
      tasks.addLast(new Letter.Task(task));
      wake = signal();
    }
    run(wake);
    return true;
  }

  void received(PeerId from, Message message) {
    long bytes = sizeOf(message);
    Runnable wake;
    synchronized (lock) {
      if (closed || !makeRoom(bytes)) {
        droppedMessages++;
        return;
      }
      messageCount++;
      messageBytes += bytes;
      letters.add(new Letter.Received(from, message));
      wake = signal();
    }
    run(wake);
  }

  private boolean makeRoom(long bytes) {
    while (isOver(bytes) && dropOldestHeartbeat()) {
      droppedMessages++;
    }
    return !isOver(bytes);
  }

  private boolean isOver(long moreBytes) {
    return messageCount >= limits.mailboxMessagesMax()
        || (messageCount > 0 && messageBytes + moreBytes > limits.mailboxBytesMax());
  }

  /** The cursor only moves on between two drains, so that all scans together are one pass. */
  private boolean dropOldestHeartbeat() {
    while (heartbeatCursor < letters.size()) {
      int at = heartbeatCursor++;
      if (letters.get(at) instanceof Letter.Received received
          && (received.message() instanceof Heartbeat
              || received.message() instanceof HeartbeatReply)) {
        letters.set(at, null);
        messageCount--;
        messageBytes -= sizeOf(received.message());
        return true;
      }
    }
    return false;
  }

  void disconnected(PeerId peer) {
    put(new Letter.Disconnected(peer));
  }

  void storageAnswered(Runnable answer) {
    put(new Letter.StorageAnswer(answer));
  }

  private void put(Letter letter) {
    Runnable wake;
    synchronized (lock) {
      if (closed) {
        return;
      }
      letters.add(letter);
      wake = signal();
    }
    run(wake);
  }

  void durable(long batchNumber) {
    Runnable wake;
    synchronized (lock) {
      durableBatch = Math.max(durableBatch, batchNumber);
      wake = closed ? null : signal();
    }
    run(wake);
  }

  /** The wake-up to call when the mailbox turned non-empty: one for all that follows. */
  private @Nullable Runnable signal() {
    if (signalled) {
      return null;
    }
    signalled = true;
    return wakeUp;
  }

  private static void run(@Nullable Runnable wake) {
    if (wake != null) {
      wake.run();
    }
  }

  /**
   * Takes out what one turn deals with: everything but tasks in the order it came in, then tasks in
   * theirs. The list is valid until the next drain; letters that were dropped stand as nulls.
   */
  List<@Nullable Letter> drain() {
    synchronized (lock) {
      signalled = false;
      List<@Nullable Letter> taken = letters;
      drained.clear();
      letters = drained;
      drained = taken;
      messageCount = 0;
      messageBytes = 0;
      heartbeatCursor = 0;
      if (durableBatch > 0) {
        taken.add(0, new Letter.Durable(durableBatch));
        durableBatch = 0;
      }
      takeTasks(taken);
      return taken;
    }
  }

  private void takeTasks(List<@Nullable Letter> taken) {
    if (settled) {
      tasksToSettle = tasksTaken + tasks.size();
    }
    int count = Math.min(TASKS_PER_TURN, tasks.size());
    for (int at = 0; at < count; at++) {
      taken.add(tasks.removeFirst());
    }
    tasksTaken += count;
    settled = tasksTaken >= tasksToSettle;
  }

  /** Whether tasks were left for the next turn. */
  boolean hasTasks() {
    synchronized (lock) {
      return !tasks.isEmpty();
    }
  }

  /**
   * Whether everything that had arrived when the last drain began is taken; if that was too much
   * for one drain, it is so again after the drain that takes the last of it, whatever arrives
   * meanwhile.
   */
  boolean isSettled() {
    synchronized (lock) {
      return settled;
    }
  }

  long droppedMessages() {
    synchronized (lock) {
      return droppedMessages;
    }
  }

  /** Takes nothing more in; the tasks that were accepted are handed back, to be run. */
  List<Runnable> close() {
    synchronized (lock) {
      closed = true;
      List<Runnable> accepted = new ArrayList<>(tasks.size());
      tasks.forEach(task -> accepted.add(task.task()));
      tasks.clear();
      letters.clear();
      return accepted;
    }
  }

  private static long sizeOf(Message message) {
    if (message instanceof AppendEntries append) {
      long bytes = MESSAGE_OVERHEAD_BYTES;
      for (int i = 0; i < append.entries().size(); i++) {
        bytes += ENTRY_OVERHEAD_BYTES + append.entries().get(i).payload().length;
      }
      return bytes;
    }
    if (message instanceof InstallSnapshot install) {
      return MESSAGE_OVERHEAD_BYTES + install.chunk().length;
    }
    if (message instanceof ApplicationMessage application) {
      return MESSAGE_OVERHEAD_BYTES + application.payload().length;
    }
    return MESSAGE_OVERHEAD_BYTES;
  }
}
