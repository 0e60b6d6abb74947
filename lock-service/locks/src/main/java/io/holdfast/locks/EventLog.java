package io.holdfast.locks;

import java.util.ArrayList;
import java.util.List;

/** Events not yet drained. They are no part of the replicated state. */
final class EventLog {
  private List<LockEvent> events = new ArrayList<>();

  void add(LockEvent event) {
    if (events.size() >= LockStateMachine.UNDRAINED_EVENTS_MAX) {
      events = new ArrayList<>();
      events.add(new LockEvent.EventsLost(event.index()));
    }
    events.add(event);
  }

  List<LockEvent> drain() {
    if (events.isEmpty()) {
      return List.of();
    }
    List<LockEvent> drained = events;
    events = new ArrayList<>();
    return drained;
  }
}
