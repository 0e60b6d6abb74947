package io.holdfast.server.peer;

import io.holdfast.locks.LockEvent;

/** Counts what the log did. */
final class EventCounts {
  private EventCounts() {}

  static void count(LockEvent event, PeerMetrics metrics) {
    if (event instanceof LockEvent.Granted) {
      metrics.add(PeerCounter.GRANTS);
    } else if (event instanceof LockEvent.Freed freed) {
      switch (freed.cause()) {
        case RELEASED -> metrics.add(PeerCounter.RELEASES);
        case FORCED -> metrics.add(PeerCounter.FORCED_RELEASES);
        case EXPIRED, CLOSED -> metrics.add(PeerCounter.HOLDS_LOST);
      }
    } else if (event instanceof LockEvent.Queued) {
      metrics.add(PeerCounter.WAITS);
    } else if (event instanceof LockEvent.WaitEnded) {
      metrics.add(PeerCounter.WAITS_ENDED);
    } else if (event instanceof LockEvent.SessionOpened) {
      metrics.add(PeerCounter.SESSIONS_OPENED);
    } else if (event instanceof LockEvent.SessionEnded ended) {
      switch (ended.reason()) {
        case EXPIRED -> metrics.add(PeerCounter.SESSIONS_EXPIRED);
        case CLOSED -> metrics.add(PeerCounter.SESSIONS_CLOSED);
      }
    }
  }
}
