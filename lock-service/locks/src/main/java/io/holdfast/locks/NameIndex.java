package io.holdfast.locks;

import org.jspecify.annotations.Nullable;

/**
 * Locks by name in one open table: about thirteen bytes for a lock where a map with an entry object
 * for each needs forty-eight. Hashes stand beside the locks, so that growing reads no names and the
 * step that grows it stays short.
 */
final class NameIndex {
  private static final int CAPACITY_FIRST = 64;

  private int[] hashes = new int[CAPACITY_FIRST];
  private @Nullable LockRecord[] locks = new @Nullable LockRecord[CAPACITY_FIRST];
  private int size;

  int size() {
    return size;
  }

  @Nullable LockRecord get(LockName name) {
    return locks[placeOf(name)];
  }

  void add(LockRecord lock) {
    int place = placeOf(lock.name);
    if (locks[place] != null) {
      throw new IllegalStateException("lock " + lock.name + " is there already");
    }
    hashes[place] = hash(lock.name);
    locks[place] = lock;
    size++;
    if (size > locks.length / 4 * 3) {
      grow();
    }
  }

  void remove(LockName name) {
    int gap = placeOf(name);
    if (locks[gap] == null) {
      throw new IllegalStateException("lock " + name + " is not there");
    }
    int mask = locks.length - 1;
    for (int at = gap + 1 & mask; locks[at] != null; at = at + 1 & mask) {
      // Whoever could not stand where it wanted because of the gap moves into it.
      if ((at - hashes[at] & mask) >= (at - gap & mask)) {
        hashes[gap] = hashes[at];
        locks[gap] = locks[at];
        gap = at;
      }
    }
    locks[gap] = null;
    size--;
  }

  /** Where the lock is, or where it would be put. */
  private int placeOf(LockName name) {
    int hash = hash(name);
    int mask = locks.length - 1;
    int place = hash & mask;
    LockRecord found = locks[place];
    while (found != null && !(hashes[place] == hash && found.name.equals(name))) {
      place = place + 1 & mask;
      found = locks[place];
    }
    return place;
  }

  private void grow() {
    int[] oldHashes = hashes;
    @Nullable LockRecord[] oldLocks = locks;
    hashes = new int[oldLocks.length * 2];
    locks = new @Nullable LockRecord[oldLocks.length * 2];
    int mask = locks.length - 1;
    for (int at = 0; at < oldLocks.length; at++) {
      if (oldLocks[at] != null) {
        int place = oldHashes[at] & mask;
        while (locks[place] != null) {
          place = place + 1 & mask;
        }
        hashes[place] = oldHashes[at];
        locks[place] = oldLocks[at];
      }
    }
  }

  /** Mixed, because names that count up have hashes in a row. */
  private static int hash(LockName name) {
    int hash = name.value().hashCode() * 0x9E3779B9;
    return hash ^ hash >>> 15;
  }
}
