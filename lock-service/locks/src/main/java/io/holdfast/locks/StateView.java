package io.holdfast.locks;

import io.holdfast.raft.spi.StateMachine.SnapshotView;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The state at one moment. Sessions and locks are read in the order of their keys from the live
 * tables; what changes before the reader comes to it is kept as it was, and what is new is passed
 * over. So nothing is copied at the beginning, and in the worst case everything once.
 */
final class StateView implements SnapshotView {
  private static final int BYTES_MIN = 1_024;

  private enum Stage {
    HEADER,
    ENDED_SESSIONS,
    ADMIN_ANSWERS,
    SESSIONS,
    LOCKS,
    END,
    DONE
  }

  private final State state;
  private final int number;
  private final byte[] header;
  private final EndedSessions.Ended[] ended;
  private final AdminAnswers.AdminAnswer[] adminAnswers;
  private final TreeMap<Long, byte[]> keptSessions = new TreeMap<>();
  private final TreeMap<LockName, byte[]> keptLocks = new TreeMap<>();
  private final CRC32C crc = new CRC32C();

  private Stage stage = Stage.HEADER;
  private int position;
  private long lastSession;
  private String lastLock = "";
  private long sessionCount;
  private long lockCount;
  private byte[] frame = SnapshotFormat.MAGIC;
  private int frameAt;
  private boolean closed;

  StateView(State state) {
    this.state = state;
    this.header = SnapshotFormat.header(state);
    this.ended = state.ended.toArray();
    this.adminAnswers = state.adminAnswers.toArray();
    crc.update(frame);
    this.number = state.views.add(this);
  }

  int number() {
    return number;
  }

  void keep(LockRecord lock) {
    if (stage.compareTo(Stage.LOCKS) <= 0 && lock.name.value().compareTo(lastLock) > 0) {
      keptLocks.put(lock.name, SnapshotFormat.lock(lock));
    }
  }

  void keep(SessionRecord session) {
    if (stage.compareTo(Stage.SESSIONS) <= 0 && session.id > lastSession) {
      keptSessions.put(session.id, SnapshotFormat.session(session));
    }
  }

  @Override
  public byte @Nullable [] nextChunk(int bytesMax) {
    if (closed) {
      throw new IllegalStateException("the snapshot view is closed");
    }
    if (bytesMax < BYTES_MIN) {
      throw new IllegalArgumentException(
          "bytesMax is " + bytesMax + "; " + BYTES_MIN + " or more is allowed");
    }
    byte[] chunk = new byte[bytesMax];
    int filled = 0;
    while (filled < bytesMax && (frameAt < frame.length || nextFrame())) {
      int moved = Math.min(bytesMax - filled, frame.length - frameAt);
      System.arraycopy(frame, frameAt, chunk, filled, moved);
      frameAt += moved;
      filled += moved;
    }
    if (filled == 0) {
      return null;
    }
    return filled == bytesMax ? chunk : Arrays.copyOf(chunk, filled);
  }

  private boolean nextFrame() {
    while (stage != Stage.DONE) {
      byte[] next = frameOfStage();
      if (next != null) {
        frame = next;
        frameAt = 0;
        crc.update(next);
        return true;
      }
      stage = Stage.values()[indexOf(stage) + 1];
      position = 0;
    }
    state.views.remove(this);
    return false;
  }

  private static int indexOf(Stage stage) {
    return Arrays.asList(Stage.values()).indexOf(stage);
  }

  /** The next frame of the present stage; null when the stage is through. */
  private byte @Nullable [] frameOfStage() {
    return switch (stage) {
      case HEADER -> position++ == 0 ? header : null;
      case ENDED_SESSIONS ->
          position < ended.length ? SnapshotFormat.ended(ended[position++]) : null;
      case ADMIN_ANSWERS ->
          position < adminAnswers.length
              ? SnapshotFormat.adminAnswer(adminAnswers[position++])
              : null;
      case SESSIONS -> nextSession();
      case LOCKS -> nextLock();
      case END ->
          position++ == 0
              ? SnapshotFormat.end(sessionCount, lockCount, (int) crc.getValue())
              : null;
      case DONE -> null;
    };
  }

  private byte @Nullable [] nextSession() {
    SessionRecord live = state.sessions.above(lastSession);
    while (live != null && live.settledForView >= number) {
      live = state.sessions.above(live.id);
    }
    Map.Entry<Long, byte[]> kept = keptSessions.firstEntry();
    if (live == null && kept == null) {
      return null;
    }
    sessionCount++;
    if (kept != null && (live == null || kept.getKey() < live.id)) {
      lastSession = kept.getKey();
      keptSessions.pollFirstEntry();
      return kept.getValue();
    }
    lastSession = live.id;
    return SnapshotFormat.session(live);
  }

  private byte @Nullable [] nextLock() {
    LockRecord live = state.locks.above(lastLock);
    while (live != null && live.settledForView >= number) {
      live = state.locks.above(live.name.value());
    }
    Map.Entry<LockName, byte[]> kept = keptLocks.firstEntry();
    if (live == null && kept == null) {
      return null;
    }
    lockCount++;
    if (kept != null && (live == null || kept.getKey().compareTo(live.name) < 0)) {
      lastLock = kept.getKey().value();
      keptLocks.pollFirstEntry();
      return kept.getValue();
    }
    lastLock = live.name.value();
    return SnapshotFormat.lock(live);
  }

  @Override
  public void close() {
    closed = true;
    state.views.remove(this);
    keptSessions.clear();
    keptLocks.clear();
  }
}
