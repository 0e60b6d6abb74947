package io.holdfast.client.testing;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Grant;
import io.holdfast.api.Holder;
import io.holdfast.api.LeaderHint;
import io.holdfast.api.Limits;
import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.client.spi.ClientRuntime.Cancellable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The lock service in memory: one peer that never fails, with the service's semantics of sessions,
 * queues, tokens and retries. Everything happens inside tasks of the runtime.
 */
final class FakeService {
  private static final long TTL_MILLIS_MIN = 200;
  private static final LeaderHint SELF = new LeaderHint("memory", "memory:1");

  private final ManualRuntime runtime;
  private final SortedMap<Long, FakeSession> sessions = new TreeMap<>();
  private final SortedMap<String, FakeLock> locks = new TreeMap<>();
  private final Set<RequestId> forced = new HashSet<>();
  private final FakeWatches watches;
  private long index;

  FakeService(ManualRuntime runtime) {
    this.runtime = runtime;
    this.watches = new FakeWatches(runtime);
  }

  void gone(FakeConnection connection) {
    watches.gone(connection);
    for (FakeSession session : sessions.values()) {
      if (session.attached == connection) {
        session.attached = null;
      }
    }
  }

  Reply handle(FakeConnection connection, Request request) {
    return switch (request.op()) {
      case HELLO ->
          new Reply.Welcome(
              SELF.peer(),
              SELF,
              new Reply.ServerLimits(
                  TTL_MILLIS_MIN, Limits.TTL_MILLIS_MAX, 1_024, Limits.FRAME_BYTES_MAX));
      case OPEN_SESSION -> openSession((Request.OpenSession) request);
      case KEEP_ALIVE -> keepAlive(((Request.KeepAlive) request).session());
      case CLOSE_SESSION -> closeSession(((Request.CloseSession) request).session());
      case ATTACH -> attach(connection, ((Request.Attach) request).session());
      case ACQUIRE -> acquire((Request.Acquire) request);
      case ACQUIRE_ALL -> refused(ErrorCode.INVALID_REQUEST, "acquireAll is not kept in memory");
      case RELEASE -> release((Request.Release) request);
      case CANCEL_WAIT -> cancelWait((Request.CancelWait) request);
      case PUBLISH -> publish((Request.Publish) request);
      case CHECK -> check((Request.Check) request);
      case GET_LOCK -> lockState(((Request.GetLock) request).lock());
      case LIST_LOCKS -> listLocks((Request.ListLocks) request);
      case LIST_SESSIONS -> listSessions((Request.ListSessions) request);
      case WATCH -> watches.add(connection, (Request.Watch) request, index);
      case UNWATCH -> watches.remove(((Request.Unwatch) request).watch());
      case CLUSTER ->
          new Reply.ClusterState(
              SELF.peer(),
              SELF,
              1,
              index,
              index,
              List.of(
                  new Reply.PeerRow(
                      SELF.peer(), SELF.clientAddress(), Reply.PeerRole.LEADER, index, 0, 0)),
              null);
      case FORCE_RELEASE -> forceRelease((Request.ForceRelease) request);
      case FORGET -> refused(ErrorCode.INVALID_REQUEST, "locks in memory are not forgotten");
      case MEMBERS, ADD_MEMBER, PROMOTE_MEMBER, DEMOTE_MEMBER, REMOVE_MEMBER, TRANSFER ->
          refused(ErrorCode.INVALID_REQUEST, "members are not kept in memory");
    };
  }

  private static Reply.Failed refused(ErrorCode code, String message) {
    return Reply.Failed.of(code, message);
  }

  private static Reply.Failed ended(long session) {
    return Reply.Failed.of(
        ErrorCode.SESSION_EXPIRED,
        "session",
        Long.toString(session),
        "the session has ended; open another");
  }

  private Reply openSession(Request.OpenSession open) {
    for (FakeSession session : sessions.values()) {
      if (session.nonce.equals(open.nonce())) {
        return new Reply.SessionOpened(session.id, session.ttlMillis);
      }
    }
    FakeSession session = new FakeSession(++index, open.ttlMillis(), open.owner(), open.nonce());
    sessions.put(session.id, session);
    renew(session);
    return new Reply.SessionOpened(session.id, session.ttlMillis);
  }

  private void renew(FakeSession session) {
    if (session.expiry != null) {
      session.expiry.cancel();
    }
    session.expiry =
        runtime.schedule(
            session.ttlMillis * 1_000_000, () -> end(session, Event.SessionEnd.EXPIRED));
  }

  private Reply keepAlive(long id) {
    FakeSession session = sessions.get(id);
    if (session == null) {
      return ended(id);
    }
    renew(session);
    return new Reply.KeptAlive(id, session.ttlMillis);
  }

  private Reply closeSession(long id) {
    FakeSession session = sessions.get(id);
    if (session != null) {
      end(session, Event.SessionEnd.CLOSED);
    }
    return new Reply.SessionClosed(id);
  }

  private Reply attach(FakeConnection connection, long id) {
    FakeSession session = sessions.get(id);
    if (session == null) {
      return ended(id);
    }
    session.attached = connection;
    return new Reply.Attached(id);
  }

  /** Ends a session as if its TTL were over. */
  void expire(long id) {
    FakeSession session = sessions.get(id);
    if (session != null) {
      end(session, Event.SessionEnd.EXPIRED);
    }
  }

  private void end(FakeSession session, Event.SessionEnd reason) {
    index++;
    sessions.remove(session.id);
    if (session.expiry != null) {
      session.expiry.cancel();
    }
    session.waits.values().forEach(Cancellable::cancel);
    for (FakeLock lock : List.copyOf(locks.values())) {
      lock.queue.removeIf(place -> place.request().session() == session.id);
      for (Holder holder : List.copyOf(lock.holders)) {
        if (holder.session() == session.id) {
          lock.free(holder);
          changed(
              lock,
              reason == Event.SessionEnd.EXPIRED ? Event.Change.EXPIRED : Event.Change.RELEASED,
              holder);
        }
      }
      handOver(lock);
    }
    tell(session, new Event.SessionEnded(session.id, reason));
  }

  private static void tell(FakeSession session, Event event) {
    if (session.attached != null) {
      session.attached.push(event);
    }
  }

  private void changed(FakeLock lock, Event.Change change, @Nullable Holder holder) {
    watches.tell(
        index, change, lock.name, holder, change == Event.Change.VALUE ? lock.value : null);
  }

  private Reply acquire(Request.Acquire request) {
    FakeSession session = sessions.get(request.session());
    RequestId id = request.requestId();
    if (session == null || id == null) {
      return session == null
          ? ended(request.session())
          : refused(ErrorCode.INVALID_REQUEST, "field 'requestId' is missing; add it");
    }
    Reply known = session.answers.get(FakeSession.bare(id));
    if (known != null) {
      return known;
    }
    FakeLock lock = locks.computeIfAbsent(request.lock(), it -> new FakeLock(it, request.limit()));
    int place = placeOf(lock, session, id);
    if (place >= 0) {
      return new Reply.Queued(lock.name, place, session.id);
    }
    index++;
    Reply reply = decide(lock, session, id, request);
    if (!(reply instanceof Reply.Queued)) {
      session.answers.put(FakeSession.bare(id), reply);
    }
    return reply;
  }

  private static int placeOf(FakeLock lock, FakeSession session, RequestId id) {
    for (int at = 0; at < lock.queue.size(); at++) {
      Request.Acquire request = lock.queue.get(at).request();
      RequestId other = request.requestId();
      if (request.session() == session.id
          && other != null
          && FakeSession.bare(other).equals(FakeSession.bare(id))) {
        return at;
      }
    }
    return -1;
  }

  private Reply decide(FakeLock lock, FakeSession session, RequestId id, Request.Acquire request) {
    if ((lock.limit == 0) != (request.mode() != LockMode.SEMAPHORE)) {
      return refused(ErrorCode.KIND_MISMATCH, "lock '" + lock.name + "' is in use as another kind");
    }
    if (lock.limit != request.limit()) {
      return Reply.Failed.of(
          ErrorCode.LIMIT_MISMATCH,
          "limit",
          Integer.toString(request.limit()),
          "semaphore '" + lock.name + "' has the limit " + lock.limit);
    }
    Holder held = lock.heldBy(session.id, request.owner());
    if (held != null) {
      return held.mode() == request.mode()
          ? new Reply.Granted(lock.name, held.token(), session.id, index)
          : refused(ErrorCode.HELD_OTHERWISE, "the owner holds the lock in another mode");
    }
    if (lock.queue.isEmpty() && lock.admits(request)) {
      Holder holder = lock.grant(request);
      changed(lock, Event.Change.GRANTED, holder);
      return new Reply.Granted(lock.name, holder.token(), session.id, index);
    }
    if (request.waitMillis() == 0) {
      return new Reply.Busy(lock.name, lock.holders, session.id);
    }
    lock.queue.add(new FakeLock.Place(request));
    changed(lock, Event.Change.QUEUED, null);
    if (request.waitMillis() != Limits.WAIT_FOR_EVER) {
      session.waits.put(
          FakeSession.bare(id),
          runtime.schedule(
              request.waitMillis() * 1_000_000, () -> endWait(session, id, Event.WaitEnd.TIMEOUT)));
    }
    return new Reply.Queued(lock.name, lock.queue.size() - 1, session.id);
  }

  /** Takes a request out of its queue; returns whether it stood in one. */
  private boolean endWait(FakeSession session, RequestId id, Event.WaitEnd reason) {
    Cancellable timeout = session.waits.remove(FakeSession.bare(id));
    if (timeout != null) {
      timeout.cancel();
    }
    for (FakeLock lock : List.copyOf(locks.values())) {
      int place = placeOf(lock, session, id);
      if (place >= 0) {
        index++;
        lock.queue.remove(place);
        session.answers.put(
            FakeSession.bare(id), new Reply.Busy(lock.name, lock.holders, session.id));
        tell(session, new Event.WaitEnded(session.id, FakeSession.bare(id), lock.name, reason));
        handOver(lock);
        return true;
      }
    }
    return false;
  }

  private void handOver(FakeLock lock) {
    for (FakeLock.Place place : lock.next()) {
      Request.Acquire request = place.request();
      FakeSession session = sessions.get(request.session());
      RequestId id = request.requestId();
      Holder holder = lock.heldBy(request.session(), request.owner());
      if (session == null || id == null || holder == null) {
        continue;
      }
      Cancellable timeout = session.waits.remove(FakeSession.bare(id));
      if (timeout != null) {
        timeout.cancel();
      }
      session.answers.put(
          FakeSession.bare(id), new Reply.Granted(lock.name, holder.token(), session.id, index));
      changed(lock, Event.Change.GRANTED, holder);
      tell(
          session,
          new Event.Granted(session.id, FakeSession.bare(id), lock.name, holder.token(), index));
    }
  }

  private Reply release(Request.Release request) {
    FakeSession session = sessions.get(request.session());
    if (session == null) {
      return ended(request.session());
    }
    RequestId id = request.requestId();
    Reply known = id == null ? null : session.answers.get(FakeSession.bare(id));
    if (known != null) {
      return known;
    }
    Reply reply = releaseNow(request, session);
    if (id != null) {
      session.answers.put(FakeSession.bare(id), reply);
    }
    return reply;
  }

  private Reply releaseNow(Request.Release request, FakeSession session) {
    FakeLock lock = locks.get(request.lock());
    Holder holder = lock == null ? null : lock.heldBy(session.id, request.owner());
    if (lock == null || holder == null || holder.token() != request.token()) {
      return notHolder(request.lock(), request.token());
    }
    index++;
    lock.free(holder);
    changed(lock, Event.Change.RELEASED, holder);
    handOver(lock);
    return new Reply.Released(lock.name);
  }

  private static Reply.Failed notHolder(String lock, long token) {
    return Reply.Failed.of(
        ErrorCode.NOT_HOLDER,
        "token",
        Long.toString(token),
        "lock '" + lock + "' is not held by this session and owner under this token");
  }

  private Reply cancelWait(Request.CancelWait request) {
    FakeSession session = sessions.get(request.session());
    if (session == null) {
      return ended(request.session());
    }
    if (endWait(session, request.requestId(), Event.WaitEnd.CANCELLED)) {
      return new Reply.WaitCancelled(Reply.CancelOutcome.WITHDRAWN, List.of());
    }
    if (session.answers.get(FakeSession.bare(request.requestId()))
        instanceof Reply.Granted granted) {
      return new Reply.WaitCancelled(
          Reply.CancelOutcome.GRANTED, List.of(new Grant(granted.lock(), granted.token())));
    }
    return new Reply.WaitCancelled(Reply.CancelOutcome.ENDED, List.of());
  }

  private Reply publish(Request.Publish request) {
    FakeLock lock = locks.get(request.lock());
    Holder holder = lock == null ? null : lock.heldBy(request.session(), request.owner());
    if (lock == null || holder == null || holder.token() != request.token()) {
      return notHolder(request.lock(), request.token());
    }
    index++;
    lock.value = request.value();
    changed(lock, Event.Change.VALUE, holder);
    return new Reply.Published(lock.name);
  }

  private Reply check(Request.Check request) {
    FakeLock lock = locks.get(request.lock());
    if (lock == null) {
      return new Reply.Checked(false, 0, List.of());
    }
    boolean current = lock.holders.stream().anyMatch(holder -> holder.token() == request.token());
    return new Reply.Checked(current, lock.lastToken, lock.holders);
  }

  private Reply lockState(String name) {
    FakeLock lock = locks.get(name);
    if (lock == null) {
      lock = new FakeLock(name, 0);
    }
    return new Reply.LockState(
        name,
        lock.limit,
        lock.lastToken,
        lock.holders,
        lock.waiters(),
        lock.queue.size(),
        lock.value,
        index);
  }

  private Reply listLocks(Request.ListLocks request) {
    List<Reply.LockRow> rows = new ArrayList<>();
    for (FakeLock lock : locks.values()) {
      if (lock.name.startsWith(request.prefix()) && lock.name.compareTo(request.after()) > 0) {
        if (rows.size() == request.max()) {
          return new Reply.LockPage(rows, true, index);
        }
        rows.add(
            new Reply.LockRow(
                lock.name, lock.limit, lock.lastToken, lock.holders.size(), lock.queue.size()));
      }
    }
    return new Reply.LockPage(rows, false, index);
  }

  private Reply listSessions(Request.ListSessions request) {
    List<Reply.SessionRow> rows = new ArrayList<>();
    for (FakeSession session : sessions.tailMap(request.after() + 1).values()) {
      if (rows.size() == request.max()) {
        return new Reply.SessionPage(rows, true, index);
      }
      rows.add(
          new Reply.SessionRow(
              session.id, session.ttlMillis, session.owner, null, holds(session), waits(session)));
    }
    return new Reply.SessionPage(rows, false, index);
  }

  private int holds(FakeSession session) {
    return (int)
        locks.values().stream()
            .flatMap(lock -> lock.holders.stream())
            .filter(holder -> holder.session() == session.id)
            .count();
  }

  private int waits(FakeSession session) {
    return (int)
        locks.values().stream()
            .flatMap(lock -> lock.queue.stream())
            .filter(place -> place.request().session() == session.id)
            .count();
  }

  private Reply forceRelease(Request.ForceRelease request) {
    FakeLock lock = locks.get(request.lock());
    boolean repeated = request.requestId() != null && !forced.add(request.requestId());
    if (lock == null || repeated) {
      return new Reply.ForceReleased(request.lock(), 0);
    }
    index++;
    List<Holder> taken = List.copyOf(lock.holders);
    for (Holder holder : taken) {
      lock.free(holder);
      changed(lock, Event.Change.FORCED, holder);
      FakeSession session = sessions.get(holder.session());
      if (session != null) {
        tell(
            session,
            new Event.Revoked(session.id, lock.name, holder.owner(), holder.token(), index));
      }
    }
    handOver(lock);
    return new Reply.ForceReleased(lock.name, taken.size());
  }
}
