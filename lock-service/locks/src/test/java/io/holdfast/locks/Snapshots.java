package io.holdfast.locks;

import io.holdfast.raft.spi.StateMachine;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Snapshots as whole arrays. */
final class Snapshots {
  private Snapshots() {}

  static byte[] bytes(LockStateMachine machine) {
    return bytes(machine, 64 * 1024);
  }

  static byte[] bytes(LockStateMachine machine, int pieceBytes) {
    try (StateMachine.SnapshotView view = machine.beginSnapshot()) {
      return rest(view, pieceBytes);
    }
  }

  static byte[] rest(StateMachine.SnapshotView view, int pieceBytes) {
    List<byte[]> pieces = new ArrayList<>();
    byte[] piece = view.nextChunk(pieceBytes);
    while (piece != null) {
      pieces.add(piece);
      piece = view.nextChunk(pieceBytes);
    }
    return join(pieces);
  }

  static byte[] join(List<byte[]> pieces) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    pieces.forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  static LockStateMachine restore(byte[] snapshot) {
    LockStateMachine machine = new LockStateMachine();
    restore(machine, snapshot);
    return machine;
  }

  static void restore(LockStateMachine machine, byte[] snapshot) {
    StateMachine.Restore restore = machine.beginRestore();
    restore.accept(snapshot);
    restore.finish();
  }
}
