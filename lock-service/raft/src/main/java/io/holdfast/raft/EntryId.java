package io.holdfast.raft;

/**
 * The position of a log entry: the term it was proposed in and its index (Raft paper §5.3). Two
 * logs that hold an entry with the same id are equal up to it.
 *
 * @param term 0 (only for {@link #NONE}) or more
 * @param index 0 (only for {@link #NONE}) or more
 */
public record EntryId(long term, long index) {
  /** The position before the first entry of a log that was never compacted. */
  public static final EntryId NONE = new EntryId(0, 0);

  public EntryId {
    if (term < 0 || index < 0) {
      throw new IllegalArgumentException("negative position: term " + term + ", index " + index);
    }
  }

  /** Whether a log that ends here may lead voters whose log ends at {@code other} (§5.4.1). */
  public boolean isAtLeastAsUpToDateAs(EntryId other) {
    return term > other.term || (term == other.term && index >= other.index);
  }

  @Override
  public String toString() {
    return term + "/" + index;
  }
}
