package io.holdfast.locks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The state of one live session. */
final class SessionRecord {
  private static final Comparator<Hold> BY_LOCK_AND_OWNER =
      Comparator.comparing((Hold hold) -> hold.lock.name).thenComparing(hold -> hold.owner);
  private static final Comparator<Wait> BY_PLACE =
      Comparator.comparingLong((Wait wait) -> wait.queuedAt);

  final long id;
  final long ttlMillis;
  final NonceKey nonce;
  final String metadata;
  final Answers answers = new Answers();
  @Nullable Hold firstHold;
  int holdCount;

  /** Never iterated where order shows: a wait can change its request id and keep its place. */
  private @Nullable Map<RequestId, Wait> waits;

  /** Queue entries of all waits. */
  int entryCount;

  int settledForView;

  SessionRecord(long id, long ttlMillis, NonceKey nonce, String metadata) {
    this.id = id;
    this.ttlMillis = ttlMillis;
    this.nonce = nonce;
    this.metadata = metadata;
  }

  /** What makes a retried opening find its session. */
  record NonceKey(String principal, String nonce) {}

  void addHold(Hold hold) {
    hold.nextOfSession = firstHold;
    if (firstHold != null) {
      firstHold.previousOfSession = hold;
    }
    firstHold = hold;
    holdCount++;
  }

  void removeHold(Hold hold) {
    if (hold.previousOfSession == null) {
      firstHold = hold.nextOfSession;
    } else {
      hold.previousOfSession.nextOfSession = hold.nextOfSession;
    }
    if (hold.nextOfSession != null) {
      hold.nextOfSession.previousOfSession = hold.previousOfSession;
    }
    hold.previousOfSession = null;
    hold.nextOfSession = null;
    holdCount--;
  }

  void addWait(Wait wait) {
    if (waits == null) {
      waits = new LinkedHashMap<>(4);
    }
    waits.put(wait.request, wait);
    entryCount += wait.entries.length;
  }

  void removeWait(Wait wait) {
    if (waits == null || waits.remove(wait.request) != wait) {
      throw new IllegalStateException("session " + id + " does not wait for " + wait.request);
    }
    entryCount -= wait.entries.length;
    if (waits.isEmpty()) {
      waits = null;
    }
  }

  @Nullable Wait waitOf(RequestId request) {
    return waits == null ? null : waits.get(request);
  }

  int waitCount() {
    return waits == null ? 0 : waits.size();
  }

  /** Waits in the order they were queued; no two share a place. */
  List<Wait> waitsByPlace() {
    if (waits == null) {
      return List.of();
    }
    List<Wait> sorted = new ArrayList<>(waits.values());
    sorted.sort(BY_PLACE);
    return sorted;
  }

  /** The wait of this owner for this lock; an owner waits at most once for a lock. */
  @Nullable Wait waitOf(String owner, LockRecord lock) {
    if (waits != null) {
      for (Wait wait : waits.values()) {
        if (wait.asker.owner().equals(owner) && wait.isFor(lock)) {
          return wait;
        }
      }
    }
    return null;
  }

  List<Wait> waitsOf(String owner) {
    if (waits == null) {
      return List.of();
    }
    List<Wait> found = new ArrayList<>(2);
    for (Wait wait : waits.values()) {
      if (wait.asker.owner().equals(owner)) {
        found.add(wait);
      }
    }
    found.sort(BY_PLACE);
    return found;
  }

  List<Hold> holdsByLock() {
    List<Hold> sorted = new ArrayList<>(holdCount);
    for (Hold hold = firstHold; hold != null; hold = hold.nextOfSession) {
      sorted.add(hold);
    }
    sorted.sort(BY_LOCK_AND_OWNER);
    return sorted;
  }

  SessionView view() {
    return new SessionView(
        id,
        ttlMillis,
        metadata,
        nonce.principal(),
        holdCount,
        waitCount(),
        answers.acknowledgedBelow());
  }
}
