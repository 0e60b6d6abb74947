package io.holdfast.locks;

import io.holdfast.locks.wire.WireException;
import io.holdfast.locks.wire.WireReader;
import io.holdfast.raft.spi.StateMachine.Restore;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the pieces of a snapshot into frames and hands them to a {@link StateBuilder}. Trouble is
 * remembered and told at the end, so that the caller has one place to look.
 */
final class StateRestore implements Restore {
  /** Bytes of one frame at most; a longer one is damage. */
  private static final int FRAME_BYTES_MAX = 1 << 30;

  /** Bytes before a frame's fields at most: its type, and its length as a number. */
  private static final int PREFIX_BYTES_MAX = 1 + 5;

  private final StateBuilder builder = new StateBuilder();
  private final Consumer<State> putInForce;
  private final CRC32C crc = new CRC32C();
  private byte[] pending = new byte[4_096];
  private int pendingFrom;
  private int pendingEnd;
  private boolean magicSeen;
  private boolean ended;
  private boolean finished;
  private @Nullable IllegalArgumentException failure;

  StateRestore(Consumer<State> putInForce) {
    this.putInForce = putInForce;
  }

  @Override
  public void accept(byte[] chunk) {
    if (failure != null || chunk.length == 0) {
      return;
    }
    append(chunk);
    try {
      readMagic();
      boolean more = magicSeen;
      while (more) {
        more = readFrame();
      }
    } catch (IllegalArgumentException | IllegalStateException damaged) {
      failure = new WireException("the snapshot is damaged: " + damaged.getMessage(), damaged);
      pending = new byte[0];
    }
  }

  @Override
  public void finish() {
    if (finished) {
      throw new IllegalStateException("the restore is finished already");
    }
    finished = true;
    if (failure != null) {
      throw failure;
    }
    if (!ended) {
      throw new WireException("the snapshot is cut off: its end frame is missing");
    }
    putInForce.accept(builder.build());
  }

  private void append(byte[] chunk) {
    if (pending.length - pendingEnd < chunk.length) {
      int held = pendingEnd - pendingFrom;
      byte[] target =
          pending.length - held >= chunk.length
              ? pending
              : new byte[Math.max(pending.length * 2, held + chunk.length)];
      System.arraycopy(pending, pendingFrom, target, 0, held);
      pending = target;
      pendingFrom = 0;
      pendingEnd = held;
    }
    System.arraycopy(chunk, 0, pending, pendingEnd, chunk.length);
    pendingEnd += chunk.length;
  }

  private void readMagic() {
    int length = SnapshotFormat.MAGIC.length;
    if (magicSeen || pendingEnd - pendingFrom < length) {
      return;
    }
    byte[] found = Arrays.copyOfRange(pending, pendingFrom, pendingFrom + length);
    if (!Arrays.equals(found, SnapshotFormat.MAGIC)) {
      throw new WireException("it does not begin as a snapshot of this version");
    }
    magicSeen = true;
    consume(length);
  }

  private boolean readFrame() {
    int available = pendingEnd - pendingFrom;
    if (available == 0) {
      return false;
    }
    if (ended) {
      throw new WireException("bytes follow its end frame");
    }
    if (!isPrefixComplete(available)) {
      return false;
    }
    WireReader prefix = new WireReader(pending, pendingFrom, available);
    int type = prefix.u8("frame");
    int length = prefix.number("frame length", FRAME_BYTES_MAX);
    if (prefix.remaining() < length) {
      return false;
    }
    int from = pendingEnd - prefix.remaining();
    WireReader fields = new WireReader(pending, from, length);
    if (type == SnapshotFormat.END) {
      builder.end(fields.number("sessions"), fields.number("locks"));
      if (fields.int32("crc") != (int) crc.getValue()) {
        throw new WireException("its checksum does not fit its bytes");
      }
      ended = true;
    } else {
      builder.add(type, fields);
    }
    fields.end();
    consume(from + length - pendingFrom);
    return true;
  }

  /** Whether type and length are there: the length ends with the first byte below 0x80. */
  private boolean isPrefixComplete(int available) {
    for (int at = 1; at < Math.min(available, PREFIX_BYTES_MAX); at++) {
      if (pending[pendingFrom + at] >= 0) {
        return true;
      }
    }
    return available >= PREFIX_BYTES_MAX;
  }

  private void consume(int bytes) {
    crc.update(pending, pendingFrom, bytes);
    pendingFrom += bytes;
  }
}
