package io.holdfast.locks;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Locks sorted by name in a row of sorted blocks: four to eight bytes for a lock where a tree needs
 * forty, and one array move for a change. Blocks are split when full and dropped when empty.
 */
final class NameOrder {
  private static final int BLOCK_MAX = 512;

  private @Nullable LockRecord[][] blocks = new @Nullable LockRecord[4][];
  private int[] sizes = new int[4];
  private int blockCount;

  /** Where the last answer of {@link #next} stands, so that going through all is a step each. */
  private int lastBlock;

  private int lastAt;

  void add(LockRecord lock) {
    String name = lock.name.value();
    int block = Math.max(0, blockOf(name));
    if (blockCount == 0) {
      insertBlock(0, new @Nullable LockRecord[16], 0);
    }
    int at = search(block, name);
    if (at >= 0) {
      throw new IllegalStateException("lock " + name + " is there already");
    }
    insert(block, -at - 1, lock);
  }

  void remove(LockRecord lock) {
    int block = blockOf(lock.name.value());
    int at = block < 0 ? -1 : search(block, lock.name.value());
    if (at < 0) {
      throw new IllegalStateException("lock " + lock.name + " is not there");
    }
    @Nullable LockRecord[] locks = blocks[block];
    System.arraycopy(locks, at + 1, locks, at, sizes[block] - at - 1);
    locks[--sizes[block]] = null;
    if (sizes[block] == 0) {
      removeBlock(block);
    }
  }

  /** The first lock behind the name, or at it if that is wanted. */
  @Nullable LockRecord next(String name, boolean inclusive) {
    if (lastBlock < blockCount && lastAt < sizes[lastBlock] && isAt(name)) {
      return at(lastBlock, inclusive ? lastAt : lastAt + 1);
    }
    int block = blockOf(name);
    if (block < 0) {
      return blockCount == 0 ? null : at(0, 0);
    }
    int found = search(block, name);
    return at(block, found >= 0 ? (inclusive ? found : found + 1) : -found - 1);
  }

  private boolean isAt(String name) {
    return nameAt(lastBlock, lastAt).equals(name);
  }

  /** The lock at this place of the block, or the first of the block behind it. */
  private @Nullable LockRecord at(int block, int at) {
    lastBlock = at < sizes[block] ? block : block + 1;
    lastAt = at < sizes[block] ? at : 0;
    return lastBlock < blockCount ? blocks[lastBlock][lastAt] : null;
  }

  /** The last block that begins at the name or before it; -1 if all begin behind it. */
  private int blockOf(String name) {
    int low = 0;
    int high = blockCount - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (nameAt(middle, 0).compareTo(name) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  private int search(int block, String name) {
    int low = 0;
    int high = sizes[block] - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = nameAt(block, middle).compareTo(name);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  private String nameAt(int block, int at) {
    LockRecord lock = blocks[block][at];
    if (lock == null) {
      throw new IllegalStateException("gap in block " + block + " at " + at);
    }
    return lock.name.value();
  }

  private void insert(int block, int at, LockRecord lock) {
    if (sizes[block] == BLOCK_MAX) {
      int half = BLOCK_MAX / 2;
      @Nullable LockRecord[] upper =
          Arrays.copyOf(Arrays.copyOfRange(blocks[block], half, BLOCK_MAX), half + 64);
      insertBlock(block + 1, upper, BLOCK_MAX - half);
      blocks[block] = Arrays.copyOf(blocks[block], half + 64);
      Arrays.fill(blocks[block], half, half + 64, null);
      sizes[block] = half;
      if (at > half) {
        insert(block + 1, at - half, lock);
        return;
      }
    }
    if (sizes[block] == blocks[block].length) {
      int grown = Math.min(BLOCK_MAX, sizes[block] + Math.max(16, sizes[block] / 2));
      blocks[block] = Arrays.copyOf(blocks[block], grown);
    }
    @Nullable LockRecord[] locks = blocks[block];
    System.arraycopy(locks, at, locks, at + 1, sizes[block] - at);
    locks[at] = lock;
    sizes[block]++;
  }

  private void insertBlock(int at, @Nullable LockRecord[] block, int size) {
    if (blockCount == blocks.length) {
      blocks = Arrays.copyOf(blocks, blockCount * 2);
      sizes = Arrays.copyOf(sizes, blockCount * 2);
    }
    System.arraycopy(blocks, at, blocks, at + 1, blockCount - at);
    System.arraycopy(sizes, at, sizes, at + 1, blockCount - at);
    blocks[at] = block;
    sizes[at] = size;
    blockCount++;
  }

  private void removeBlock(int at) {
    System.arraycopy(blocks, at + 1, blocks, at, blockCount - at - 1);
    System.arraycopy(sizes, at + 1, sizes, at, blockCount - at - 1);
    blockCount--;
    blocks[blockCount] = null;
  }
}
