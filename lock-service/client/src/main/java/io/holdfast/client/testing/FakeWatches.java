package io.holdfast.client.testing;

import io.holdfast.api.Event;
import io.holdfast.api.Holder;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who watches what at the service in memory; all events are kept for those who resume. */
final class FakeWatches {
  private record Registered(FakeConnection connection, Request.Watch request) {
    boolean wants(String lock) {
      return request.lock() != null
          ? request.lock().equals(lock)
          : request.prefix() != null && lock.startsWith(request.prefix());
    }
  }

  private final Map<Long, Registered> watches = new LinkedHashMap<>();
  private final List<Event.LockChanged> past = new ArrayList<>();
  private final ManualRuntime runtime;
  private long made;

  FakeWatches(ManualRuntime runtime) {
    this.runtime = runtime;
  }

  Reply add(FakeConnection connection, Request.Watch request, long index) {
    long number = ++made;
    Registered watch = new Registered(connection, request);
    watches.put(number, watch);
    if (request.from() != 0) {
      // Later, so that the answer comes first.
      runtime.execute(() -> tellPast(connection, watch, number));
    }
    return new Reply.Watching(number, index, false);
  }

  private void tellPast(FakeConnection connection, Registered watch, long number) {
    for (Event.LockChanged event : past) {
      if (event.index() >= watch.request().from() && watch.wants(event.lock())) {
        connection.push(numbered(event, number));
      }
    }
  }

  Reply remove(long number) {
    watches.remove(number);
    return new Reply.Unwatched(number);
  }

  void gone(FakeConnection connection) {
    watches.values().removeIf(watch -> watch.connection() == connection);
  }

  void tell(
      long index,
      Event.Change change,
      String lock,
      @Nullable Holder holder,
      @Nullable String value) {
    Event.LockChanged event =
        new Event.LockChanged(
            1,
            index,
            change,
            lock,
            holder == null ? 0 : holder.session(),
            holder == null ? null : holder.owner(),
            holder == null ? 0 : holder.token(),
            value);
    past.add(event);
    watches.forEach(
        (number, watch) -> {
          if (watch.wants(lock)) {
            watch.connection().push(numbered(event, number));
          }
        });
  }

  private static Event.LockChanged numbered(Event.LockChanged event, long number) {
    return new Event.LockChanged(
        number,
        event.index(),
        event.change(),
        event.lock(),
        event.session(),
        event.owner(),
        event.token(),
        event.value());
  }
}
