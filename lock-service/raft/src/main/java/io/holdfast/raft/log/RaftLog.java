package io.holdfast.raft.log;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import java.util.List;

/**
 * The log of one peer: the terms of all entries after the head, and the newest entries themselves.
 * Older entries are in storage only. Says nothing about what is durable or committed.
 *
 * <p>One owner, the event loop.
 */
public final class RaftLog {
  private final TermRuns terms;
  private final EntryWindow window;

  /**
   * @param head the position just before the first entry
   * @param entries all entries after it
   */
  public RaftLog(EntryId head, List<Entry> entries) {
    terms = new TermRuns(head.index(), head.term());
    window = new EntryWindow(head.index() + 1);
    entries.forEach(this::append);
  }

  /** The position just before the first entry of the log, wherever that entry is kept. */
  public EntryId head() {
    return new EntryId(terms.termAt(terms.headIndex()), terms.headIndex());
  }

  public EntryId last() {
    return new EntryId(terms.lastTerm(), terms.lastIndex());
  }

  public long headIndex() {
    return terms.headIndex();
  }

  public long lastIndex() {
    return terms.lastIndex();
  }

  /** The oldest index whose entry is in memory; one past the last when none is. */
  public long firstCachedIndex() {
    return window.firstIndex();
  }

  /** The term at an index from the head to the last; -1 outside. */
  public long termAt(long index) {
    return terms.termAt(index);
  }

  public boolean contains(EntryId id) {
    return terms.termAt(id.index()) == id.term();
  }

  /**
   * @throws IllegalStateException if the log knows no entry there
   */
  public EntryId idAt(long index) {
    long term = terms.termAt(index);
    if (term < 0) {
      throw new IllegalStateException(
          "index " + index + " is outside the log " + headIndex() + ".." + lastIndex());
    }
    return new EntryId(term, index);
  }

  /**
   * @throws IllegalStateException if the entry is not in memory
   */
  public Entry entry(long index) {
    return window.get(index);
  }

  /**
   * Entries that are in memory, {@code from} to at most {@code toInclusive}.
   *
   * @param bytesMax payload bytes after which the slice ends; it holds at least one entry
   */
  public List<Entry> slice(long from, long toInclusive, long bytesMax) {
    return window.slice(from, toInclusive, bytesMax);
  }

  public void append(Entry entry) {
    terms.append(entry.index(), entry.term());
    window.append(entry);
  }

  /** Drops the entries with this index and above, which are in memory. */
  public void truncateFrom(long index) {
    terms.truncateFrom(index);
    while (window.count() > 0 && window.firstIndex() + window.count() - 1 >= index) {
      window.removeLast();
    }
  }

  /** Forgets the entries up to and including {@code newHeadIndex}, which the log contains. */
  public void compactTo(long newHeadIndex) {
    terms.compactTo(idAt(newHeadIndex).index());
    while (window.count() > 0 && window.firstIndex() <= newHeadIndex) {
      window.removeFirst();
    }
    if (window.count() == 0 && window.firstIndex() <= newHeadIndex) {
      window.reset(newHeadIndex + 1);
    }
  }

  /** Replaces everything by an empty log that starts after {@code head}. */
  public void resetTo(EntryId head) {
    terms.reset(head.index(), head.term());
    window.reset(head.index() + 1);
  }

  /**
   * Gives memory back: drops the oldest entries while more than {@code bytesMax} payload bytes are
   * held, but none after {@code index}. They stay in storage.
   */
  public void evict(long bytesMax, long index) {
    while (window.payloadBytes() > bytesMax && window.count() > 0 && window.firstIndex() <= index) {
      window.removeFirst();
    }
  }

  TermRuns terms() {
    return terms;
  }
}
