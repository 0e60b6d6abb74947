package io.holdfast.raft.log;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * How far the log is durable. Storage acknowledges batches by number, never by (term, index): an
 * index may be written, truncated and written again while an acknowledgement is under way, and the
 * late one must not speak for the newer entry. A truncation lowers what every batch under way will
 * attest.
 */
public final class DurableMark {
  private static final class Batch {
    private final long number;
    private final long emittedNanos;
    private long lastIndex;

    private Batch(long number, long lastIndex, long emittedNanos) {
      this.number = number;
      this.lastIndex = lastIndex;
      this.emittedNanos = emittedNanos;
    }
  }

  private final ArrayDeque<Batch> underWay = new ArrayDeque<>();
  private long durableIndex;

  public DurableMark(long durableIndex) {
    this.durableIndex = durableIndex;
  }

  /** Every entry up to here is durable and is still the entry of the log. */
  public long durableIndex() {
    return durableIndex;
  }

  /** A batch went to storage, after which the log there ends at {@code lastIndex}. */
  public void emitted(long number, long lastIndex, long nowNanos) {
    underWay.addLast(new Batch(number, lastIndex, nowNanos));
  }

  /**
   * @return whether the durable index rose
   */
  public boolean acknowledged(long number) {
    long before = durableIndex;
    Iterator<Batch> oldestFirst = underWay.iterator();
    while (oldestFirst.hasNext()) {
      Batch batch = oldestFirst.next();
      if (batch.number > number) {
        break;
      }
      durableIndex = Math.max(durableIndex, batch.lastIndex);
      oldestFirst.remove();
    }
    return durableIndex > before;
  }

  /** Entries with this index and above are no longer those of the log. */
  public void truncatedFrom(long index) {
    durableIndex = Math.min(durableIndex, index - 1);
    for (Batch batch : underWay) {
      batch.lastIndex = Math.min(batch.lastIndex, index - 1);
    }
  }

  /** The log was replaced by a durable snapshot that ends at {@code index}. */
  public void resetTo(long index) {
    durableIndex = index;
    for (Batch batch : underWay) {
      batch.lastIndex = 0;
    }
  }

  /** For how long the oldest batch has been under way; 0 when none is. */
  public long oldestAgeNanos(long nowNanos) {
    Batch oldest = underWay.peekFirst();
    return oldest == null ? 0 : nowNanos - oldest.emittedNanos;
  }
}
