package io.holdfast.raft.driver;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.ApplicationMessage;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.InstallSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the event loop. Any thread puts in, the loop drains everything at once. Messages
 * are bounded in number and bytes, tasks in number; answers of storage are never dropped, since
 * each was asked for and they are bounded by what was asked.
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

  private static final long MESSAGE_OVERHEAD_BYTES = 64;
  private static final long ENTRY_OVERHEAD_BYTES = 48;

  private final NodeLimits limits;
  private final Object lock = new Object();
  private List<@Nullable Letter> letters = new ArrayList<>();
  private List<@Nullable Letter> drained = new ArrayList<>();
  private int messageCount;
  private long messageBytes;
  private int taskCount;
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
      if (closed || taskCount >= limits.mailboxTasksMax()) {
        return false;
      }
      taskCount++;
      letters.add(new Letter.Task(task));
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
   * Takes everything out, in the order it came in. The list is valid until the next drain; letters
   * that were dropped stand as nulls.
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
      taskCount = 0;
      heartbeatCursor = 0;
      if (durableBatch > 0) {
        taken.add(0, new Letter.Durable(durableBatch));
        durableBatch = 0;
      }
      return taken;
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
      List<Runnable> tasks = new ArrayList<>();
      for (Letter letter : letters) {
        if (letter instanceof Letter.Task task) {
          tasks.add(task.task());
        }
      }
      letters.clear();
      return tasks;
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
