package io.holdfast.locks;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Live sessions in the order of ids. Ids only grow, so that a new session goes to the end of a
 * sorted array; ended ones leave a gap, and the array is closed up when half of it is gaps.
 */
final class SessionTable {
  private long[] ids = new long[16];
  private @Nullable SessionRecord[] records = new @Nullable SessionRecord[16];
  private int end;
  private int live;

  int size() {
    return live;
  }

  @Nullable SessionRecord get(long id) {
    int at = Arrays.binarySearch(ids, 0, end, id);
    return at < 0 ? null : records[at];
  }

  void add(SessionRecord session) {
    if (end > 0 && session.id <= ids[end - 1]) {
      throw new IllegalStateException(
          "session " + session.id + " is not above " + ids[end - 1] + "; the log went backwards");
    }
    if (end == ids.length) {
      ids = Arrays.copyOf(ids, end * 2);
      records = Arrays.copyOf(records, end * 2);
    }
    ids[end] = session.id;
    records[end++] = session;
    live++;
  }

  void remove(long id) {
    int at = Arrays.binarySearch(ids, 0, end, id);
    if (at < 0 || records[at] == null) {
      throw new IllegalStateException("session " + id + " is not open");
    }
    records[at] = null;
    live--;
    if (end > 32 && live < end / 2) {
      closeGaps();
    }
  }

  private void closeGaps() {
    int kept = 0;
    for (int at = 0; at < end; at++) {
      if (records[at] != null) {
        ids[kept] = ids[at];
        records[kept++] = records[at];
      }
    }
    Arrays.fill(records, kept, end, null);
    end = kept;
  }

  /** The session with the least id above this one. */
  @Nullable SessionRecord above(long id) {
    int at = Arrays.binarySearch(ids, 0, end, id);
    for (int next = at < 0 ? -at - 1 : at + 1; next < end; next++) {
      if (records[next] != null) {
        return records[next];
      }
    }
    return null;
  }
}
