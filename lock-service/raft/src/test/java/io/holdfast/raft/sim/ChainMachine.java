package io.holdfast.raft.sim;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.spi.StateMachine;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A state machine whose state is a hash chain over all commands, so that two machines are equal
 * only if they applied the same commands in the same order. The result of a command is its number.
 */
public final class ChainMachine implements StateMachine<Long> {
  private final int paddingBytes;
  private long count;
  private long chain;

  /**
   * @param paddingBytes makes snapshots as large as a test wants them
   */
  public ChainMachine(int paddingBytes) {
    this.paddingBytes = paddingBytes;
  }

  public long count() {
    return count;
  }

  public long chain() {
    return chain;
  }

  @Override
  public Long apply(EntryId id, byte[] command) {
    count++;
    chain = mix(chain, id, command);
    return count;
  }

  static long mix(long chain, EntryId id, byte[] command) {
    CRC32C crc = new CRC32C();
    crc.update(command);
    long mixed = (chain ^ id.index()) * 0x9E3779B97F4A7C15L + crc.getValue();
    return mixed ^ (mixed >>> 29);
  }

  @Override
  public SnapshotView beginSnapshot() {
    byte[] bytes = new byte[16 + paddingBytes];
    ByteBuffer.wrap(bytes).putLong(count).putLong(chain);
    return new SnapshotView() {
      private int offset;

      @Override
      public byte @Nullable [] nextChunk(int bytesMax) {
        if (offset == bytes.length) {
          return null;
        }
        int end = Math.min(bytes.length, offset + bytesMax);
        byte[] chunk = Arrays.copyOfRange(bytes, offset, end);
        offset = end;
        return chunk;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Restore beginRestore() {
    return new Restore() {
      private final ByteBuffer taken = ByteBuffer.allocate(16 + paddingBytes);

      @Override
      public void accept(byte[] chunk) {
        taken.put(chunk);
      }

      @Override
      public void finish() {
        if (taken.hasRemaining()) {
          throw new IllegalArgumentException("snapshot lacks " + taken.remaining() + " bytes");
        }
        taken.flip();
        count = taken.getLong();
        chain = taken.getLong();
      }
    };
  }
}
