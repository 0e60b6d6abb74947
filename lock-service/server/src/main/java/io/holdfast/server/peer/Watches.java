package io.holdfast.server.peer;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.locks.LockEvent;
import io.holdfast.locks.LockValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The watches of this peer's clients, fed from its own apply. A watch is only a place in the window
 * of recent events: nothing is buffered for a slow client. When it takes events again it goes on
 * from its place, or, if the window has moved past it, is told to read again.
 */
final class Watches {
  /** Events one watch may send in one turn. */
  static final int EVENTS_PER_TURN_MAX = 512;

  private static final int EVENT_BYTES = 160;

  private final PeerContext context;
  private final BiConsumer<ClientChannel, Event> pusher;
  private final WatchWindow<LockEvent> window;
  private final Map<ClientChannel, Client> clients = new LinkedHashMap<>();
  private int count;
  private boolean behind;
  private boolean stopped;
  private boolean fresh;

  Watches(PeerContext context, BiConsumer<ClientChannel, Event> pusher) {
    this.context = context;
    this.pusher = pusher;
    PeerServiceSettings.Window bounds = context.settings().window();
    this.window = new WatchWindow<>(bounds.eventsMax(), bounds.bytesMax());
  }

  private static final class Client {
    private final Map<Long, Watch> watches = new TreeMap<>();
    private long lastWatch;
  }

  private static final class Watch {
    private final long id;
    private final @Nullable String lock;
    private final String prefix;

    /** The client has seen all before this index, even if this peer is still behind it. */
    private final long fromIndex;

    private long nextNumber;

    private Watch(long id, Request.Watch ask, long nextNumber) {
      this.id = id;
      this.lock = ask.lock();
      this.prefix = ask.prefix() == null ? "" : ask.prefix();
      this.fromIndex = ask.from();
      this.nextNumber = nextNumber;
    }

    private boolean wants(WatchWindow.Kept<LockEvent> kept) {
      String name = String.valueOf(lockOf(kept.event()));
      return kept.index() >= fromIndex
          && (lock != null ? lock.equals(name) : name.startsWith(prefix));
    }
  }

  Reply watch(ClientChannel channel, Request.Watch ask) {
    PeerServiceSettings.Bounds bounds = context.settings().bounds();
    Client client = clients.get(channel);
    if (client != null && client.watches.size() >= bounds.watchesPerChannelMax()) {
      return Refusals.limit("watch", bounds.watchesPerChannelMax(), "watches of one client");
    }
    if (count >= bounds.watchesMax()) {
      return Refusals.limit("watch", bounds.watchesMax(), "watches");
    }
    if (client == null) {
      client = new Client();
      clients.put(channel, client);
    }
    boolean resumes = ask.from() > 0 && ask.from() <= context.appliedIndex();
    boolean reread = resumes && ask.from() < window.firstIndex();
    long start = resumes && !reread ? window.numberOf(ask.from()) : window.nextNumber();
    Watch watch = new Watch(++client.lastWatch, ask, start);
    client.watches.put(watch.id, watch);
    count++;
    fresh = true;
    long index = resumes && !reread ? ask.from() - 1 : context.appliedIndex();
    return new Reply.Watching(watch.id, index, reread);
  }

  Reply unwatch(ClientChannel channel, Request.Unwatch ask) {
    Client client = clients.get(channel);
    if (client == null || client.watches.remove(ask.watch()) == null) {
      return Reply.Failed.of(
          io.holdfast.api.ErrorCode.NOT_FOUND,
          "watch",
          Long.toString(ask.watch()),
          "this connection has no watch " + ask.watch());
    }
    count--;
    return new Reply.Unwatched(ask.watch());
  }

  void closed(ClientChannel channel) {
    Client client = clients.remove(channel);
    if (client != null) {
      count -= client.watches.size();
    }
  }

  int count() {
    return count;
  }

  /** Keeps an event that concerns a lock. */
  void event(LockEvent event) {
    String lock = lockOf(event);
    if (lock != null) {
      int bytes = EVENT_BYTES + 2 * lock.length() + valueBytes(event);
      window.add(event.index(), event, bytes);
      fresh = true;
    }
  }

  /** Events up to and including this index were not seen. */
  void restartAfter(long index) {
    window.restartAfter(index);
    fresh = true;
  }

  /** Sends what is new to the clients that take it. */
  void endTurn() {
    if (!fresh && !behind && !stopped) {
      return;
    }
    fresh = false;
    behind = false;
    stopped = false;
    clients.forEach(
        (channel, client) -> client.watches.values().forEach(watch -> send(channel, watch)));
  }

  /** Whether a watch stands behind, so that another turn has something to send. */
  boolean isBehind() {
    return behind;
  }

  private void send(ClientChannel channel, Watch watch) {
    if (watch.nextNumber == window.nextNumber()) {
      return;
    }
    if (!channel.isReady()) {
      stopped = true;
      return;
    }
    if (watch.nextNumber < window.firstNumber() && window.firstIndex() <= watch.fromIndex) {
      // What was lost lies before the index asked for.
      watch.nextNumber = window.firstNumber();
    } else if (watch.nextNumber < window.firstNumber()) {
      watch.nextNumber = window.nextNumber();
      context.metrics().add(PeerCounter.WATCHES_RESET);
      pusher.accept(channel, new Event.WatchReset(watch.id, context.appliedIndex()));
      return;
    }
    int sent = 0;
    while (watch.nextNumber < window.nextNumber()) {
      WatchWindow.Kept<LockEvent> kept = window.get(watch.nextNumber);
      if (sent >= EVENTS_PER_TURN_MAX && !sameEntryAsBefore(watch.nextNumber)) {
        behind = true;
        return;
      }
      watch.nextNumber++;
      if (watch.wants(kept)) {
        pusher.accept(channel, changed(watch.id, kept));
        sent++;
      }
    }
  }

  /** The events of one entry leave in one turn, so that an index seen is an index seen whole. */
  private boolean sameEntryAsBefore(long number) {
    return number > window.firstNumber()
        && window.get(number - 1).index() == window.get(number).index();
  }

  private static @Nullable String lockOf(LockEvent event) {
    if (event instanceof LockEvent.Granted granted) {
      return granted.lock().value();
    }
    if (event instanceof LockEvent.Freed freed) {
      return freed.lock().value();
    }
    if (event instanceof LockEvent.Queued queued) {
      return queued.lock().value();
    }
    return event instanceof LockEvent.ValueChanged value ? value.lock().value() : null;
  }

  private static int valueBytes(LockEvent event) {
    return event instanceof LockEvent.ValueChanged changed
        ? changed.value().map(LockValue::size).orElse(0)
        : 0;
  }

  private static Event changed(long watch, WatchWindow.Kept<LockEvent> kept) {
    LockEvent event = kept.event();
    if (event instanceof LockEvent.Granted granted) {
      return new Event.LockChanged(
          watch,
          kept.index(),
          Event.Change.GRANTED,
          granted.lock().value(),
          granted.session(),
          granted.holder().owner(),
          granted.token().value(),
          null);
    }
    if (event instanceof LockEvent.Freed freed) {
      return new Event.LockChanged(
          watch,
          kept.index(),
          switch (freed.cause()) {
            case RELEASED -> Event.Change.RELEASED;
            case EXPIRED, CLOSED -> Event.Change.EXPIRED;
            case FORCED -> Event.Change.FORCED;
          },
          freed.lock().value(),
          freed.holder().session(),
          freed.holder().owner(),
          freed.holder().token().value(),
          null);
    }
    if (event instanceof LockEvent.Queued queued) {
      return new Event.LockChanged(
          watch,
          kept.index(),
          Event.Change.QUEUED,
          queued.lock().value(),
          queued.request().session(),
          queued.owner(),
          0,
          null);
    }
    LockEvent.ValueChanged value = (LockEvent.ValueChanged) event;
    return new Event.LockChanged(
        watch,
        kept.index(),
        Event.Change.VALUE,
        value.lock().value(),
        0,
        null,
        value.token().value(),
        value.value().map(LockValue::asUtf8).orElse(null));
  }
}
