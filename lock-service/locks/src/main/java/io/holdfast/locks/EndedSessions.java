package io.holdfast.locks;

import io.holdfast.locks.SessionRecord.NonceKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions that ended last, oldest first: a window bounded in number, not in time. */
final class EndedSessions {
  /** What is remembered of one. */
  record Ended(long id, NonceKey nonce, SessionEnd reason) {}

  private final Map<Long, Ended> byId = new LinkedHashMap<>();
  private final Map<NonceKey, Ended> byNonce = new LinkedHashMap<>();

  void add(Ended ended, long windowMax) {
    byId.put(ended.id(), ended);
    byNonce.put(ended.nonce(), ended);
    trim(windowMax);
  }

  void trim(long windowMax) {
    Iterator<Ended> oldest = byId.values().iterator();
    while (byId.size() > windowMax) {
      byNonce.remove(oldest.next().nonce());
      oldest.remove();
    }
  }

  @Nullable Ended get(long id) {
    return byId.get(id);
  }

  @Nullable Ended get(NonceKey nonce) {
    return byNonce.get(nonce);
  }

  int size() {
    return byId.size();
  }

  /** Oldest first. */
  Ended[] toArray() {
    return byId.values().toArray(new Ended[0]);
  }
}
