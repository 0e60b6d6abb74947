package io.holdfast.server.peer;

import io.holdfast.api.Event;
import io.holdfast.api.Request;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.Holder;
import io.holdfast.locks.LockEvent;
import io.holdfast.locks.LockEvent.RequestRef;
import io.holdfast.locks.LockName;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.locks.SessionEnd;
import io.holdfast.locks.WaitEnd;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is told how waits and sessions end: the client that attached itself to the session, and the
 * client whose request was queued. The news come from this peer's own apply; no other peer is
 * asked.
 *
 * <p>The leader's answer "queued" and the end of the wait reach a follower on two ways, so that the
 * end may be applied here before the answer arrives. A waiter is therefore looked up in the local
 * state when it is registered, if that state is as new as the answer; the same look-up serves after
 * a snapshot replaced the state and its events were never seen. A client hears of the end of a wait
 * once on one connection, and never before the answer that it waits.
 */
final class Subscriptions {
  private final PeerContext context;
  private final BiConsumer<ClientChannel, Event> pusher;
  private final BiPredicate<ClientChannel, RequestRef> asking;
  private final Map<Long, ClientChannel> attached = new LinkedHashMap<>();
  private final Map<RequestRef, Waiter> waiters = new LinkedHashMap<>();
  private final Map<ClientChannel, Set<Long>> sessionsOf = new HashMap<>();
  private final Map<ClientChannel, Set<RequestRef>> waitersOf = new HashMap<>();

  /**
   * @param asking whether a client waits for the answer to this very request; then it is not told
   *     before the answer
   */
  Subscriptions(
      PeerContext context,
      BiConsumer<ClientChannel, Event> pusher,
      BiPredicate<ClientChannel, RequestRef> asking) {
    this.context = context;
    this.pusher = pusher;
    this.asking = asking;
  }

  private record Waiter(ClientChannel channel, String lock, long index) {}

  /**
   * Sends a session's events to this channel from now on, and to no other that was attached before.
   *
   * @return false when this peer has no room for another attachment
   */
  boolean attach(long session, ClientChannel channel) {
    if (!attached.containsKey(session)
        && attached.size() >= context.settings().bounds().attachmentsMax()) {
      return false;
    }
    ClientChannel before = attached.put(session, channel);
    if (before != null && before != channel) {
      drop(sessionsOf, before, session);
    }
    sessionsOf.computeIfAbsent(channel, key -> new LinkedHashSet<>()).add(session);
    return true;
  }

  boolean isAttached(long session) {
    return attached.containsKey(session);
  }

  /** Ends the attachment of a session to this channel, if it is still this channel's. */
  void detach(long session, ClientChannel channel) {
    if (attached.remove(session, channel)) {
      drop(sessionsOf, channel, session);
    }
  }

  /** The session is attached and known to exist as of an index: tells if it ended since. */
  void attachedAsOf(long session, long index) {
    if (context.appliedIndex() >= index) {
      reviewSession(session);
    }
  }

  /**
   * Whether the end of the wait that a request may come to can be told to this channel. To be asked
   * before the request is served, because a request that stands in the queue cannot be refused any
   * more. The requests under way meanwhile may exceed the bound; they have a bound of their own.
   */
  boolean hasRoomFor(Request request, ClientChannel channel) {
    if (!Commands.mayWait(request)
        || waiters.size() < context.settings().bounds().waitersMax()
        || attached.get(Commands.sessionOf(request)) == channel) {
      return true;
    }
    RequestRef asked = Commands.acquireOf(request);
    return asked != null && waiters.containsKey(asked);
  }

  /**
   * Will tell this channel how a queued request ends. Where there is no room for another waiter,
   * {@link #hasRoomFor} let the request pass because the client hears of it by its session.
   *
   * @param index the index of the state in which the request was seen waiting
   */
  void await(RequestRef request, String lock, ClientChannel channel, long index) {
    boolean full = waiters.size() >= context.settings().bounds().waitersMax();
    if (!full || attached.get(request.session()) != channel || waiters.containsKey(request)) {
      Waiter before = waiters.put(request, new Waiter(channel, lock, index));
      if (before != null && before.channel() != channel) {
        drop(waitersOf, before.channel(), request);
      }
      waitersOf.computeIfAbsent(channel, key -> new LinkedHashSet<>()).add(request);
    }
    if (context.appliedIndex() >= index) {
      reviewWait(request);
    }
  }

  int waiterCount() {
    return waiters.size();
  }

  void event(LockEvent event) {
    if (event instanceof LockEvent.WaitGranted granted) {
      ended(granted.request(), pushOf(granted.request(), granted.answer()));
    } else if (event instanceof LockEvent.WaitEnded end) {
      String lock = end.locks().stream().findFirst().map(LockName::value).orElse("");
      ended(end.request(), waitEnded(end.request(), lock, end.reason()));
    } else if (event instanceof LockEvent.Freed freed) {
      freed(freed);
    } else if (event instanceof LockEvent.SessionEnded end) {
      sessionEnded(end.session(), sessionEnd(end.reason()));
    }
  }

  /** Of the ways to lose a hold only this one comes to its holder without its session's end. */
  private void freed(LockEvent.Freed freed) {
    Holder holder = freed.holder();
    ClientChannel channel = attached.get(holder.session());
    if (channel != null && freed.cause() == LockEvent.FreeCause.FORCED) {
      pusher.accept(
          channel,
          new Event.Revoked(
              holder.session(),
              freed.lock().value(),
              holder.owner(),
              holder.token().value(),
              freed.index()));
    }
  }

  /** Events were lost: everything that is subscribed is looked up in the state. */
  void reviewAll() {
    for (RequestRef request : List.copyOf(waiters.keySet())) {
      reviewWait(request);
    }
    for (long session : List.copyOf(attached.keySet())) {
      reviewSession(session);
    }
  }

  void closed(ClientChannel channel) {
    Set<Long> sessions = sessionsOf.remove(channel);
    if (sessions != null) {
      sessions.forEach(attached::remove);
    }
    Set<RequestRef> requests = waitersOf.remove(channel);
    if (requests != null) {
      requests.forEach(waiters::remove);
    }
  }

  private void reviewWait(RequestRef request) {
    LockStateMachine machine = context.machine();
    Waiter waiter = waiters.get(request);
    // A state from before the request was seen waiting, as a snapshot may bring, says nothing of
    // it.
    if (context.appliedIndex() < (waiter == null ? request.session() : waiter.index())) {
      return;
    }
    Optional<CommandResult> answer = machine.answer(request.session(), request.id());
    if (answer.isPresent() && answer.get() instanceof CommandResult.Queued) {
      return;
    }
    String lock = waiter == null ? "" : waiter.lock();
    if (answer.isEmpty() && machine.session(request.session()).isEmpty()) {
      ended(request, waitEnded(request, lock, WaitEnd.SESSION_ENDED));
      return;
    }
    Event push = answer.isEmpty() ? null : pushOf(request, answer.get());
    ended(request, push != null ? push : waitEnded(request, lock, reasonOf(answer)));
  }

  private static WaitEnd reasonOf(Optional<CommandResult> answer) {
    return answer.isPresent() && answer.get() instanceof CommandResult.WaitCancelled cancelled
        ? cancelled.reason()
        : WaitEnd.CANCELLED;
  }

  private void reviewSession(long session) {
    LockStateMachine machine = context.machine();
    if (context.appliedIndex() >= session && machine.session(session).isEmpty()) {
      sessionEnded(
          session,
          machine
              .sessionEnd(session)
              .map(Subscriptions::sessionEnd)
              .orElse(Event.SessionEnd.UNKNOWN));
    }
  }

  private void ended(RequestRef request, @Nullable Event push) {
    ClientChannel owner = attached.get(request.session());
    Waiter waiter = waiters.remove(request);
    if (waiter != null) {
      drop(waitersOf, waiter.channel(), request);
    }
    if (push == null) {
      return;
    }
    if (waiter != null) {
      pusher.accept(waiter.channel(), push);
    }
    boolean told = waiter != null && waiter.channel() == owner;
    if (owner != null && !told && !asking.test(owner, request)) {
      pusher.accept(owner, push);
    }
  }

  private void sessionEnded(long session, Event.SessionEnd reason) {
    ClientChannel channel = attached.remove(session);
    if (channel != null) {
      drop(sessionsOf, channel, session);
      pusher.accept(channel, new Event.SessionEnded(session, reason));
    }
  }

  private static @Nullable Event pushOf(RequestRef request, CommandResult answer) {
    if (answer instanceof CommandResult.Granted granted) {
      return new Event.Granted(
          request.session(),
          Commands.requestId(request.id()),
          granted.lock().value(),
          granted.token().value(),
          granted.index());
    }
    if (answer instanceof CommandResult.GrantedAll all) {
      return new Event.GrantedAll(
          request.session(),
          Commands.requestId(request.id()),
          Replies.grants(all),
          Replies.indexOf(all));
    }
    return null;
  }

  private static Event waitEnded(RequestRef request, String lock, WaitEnd reason) {
    Event.WaitEnd told =
        switch (reason) {
          case TIMEOUT -> Event.WaitEnd.TIMEOUT;
          case SESSION_ENDED -> Event.WaitEnd.SESSION_ENDED;
          case CANCELLED, REPLACED -> Event.WaitEnd.CANCELLED;
        };
    return new Event.WaitEnded(request.session(), Commands.requestId(request.id()), lock, told);
  }

  private static Event.SessionEnd sessionEnd(SessionEnd end) {
    return switch (end) {
      case EXPIRED -> Event.SessionEnd.EXPIRED;
      case CLOSED -> Event.SessionEnd.CLOSED;
    };
  }

  private static <T> void drop(Map<ClientChannel, Set<T>> of, ClientChannel channel, T item) {
    Set<T> items = of.get(channel);
    if (items != null && items.remove(item) && items.isEmpty()) {
      of.remove(channel);
    }
  }
}
