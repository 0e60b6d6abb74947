package io.holdfast.locks;

import io.holdfast.locks.Command.Item;
import io.holdfast.locks.CommandResult.Deadlock;
import io.holdfast.locks.LockEvent.FreeCause;
import io.holdfast.locks.LockEvent.RequestRef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The lock service once more, as plainly as possible: flat lists and linear scans, no indexes, no
 * queues (a queue is the waits sorted by place), no shared code with the machine.
 */
final class ReferenceModel {
  private static final class Session {
    long id;
    long ttlMillis;
    String principal = "";
    String nonce = "";
    String metadata = "";
    long acknowledgedBelow;
    final List<Remembered> answers = new ArrayList<>();
  }

  private record Remembered(RequestId id, Command command, CommandResult result) {}

  private record Ended(long id, String principal, String nonce, SessionEnd reason) {}

  private static final class Lock {
    final LockName name;
    final int limit;
    long lastToken;
    long changedAt;

    Lock(LockName name, int limit, long lastToken) {
      this.name = name;
      this.limit = limit;
      this.lastToken = lastToken;
    }
  }

  private static final class Held {
    final LockName lock;
    final Holder holder;
    @Nullable LockValue value;

    Held(LockName lock, Holder holder) {
      this.lock = lock;
      this.holder = holder;
    }

    boolean isOf(long session, String owner) {
      return holder.session() == session && holder.owner().equals(owner);
    }
  }

  private record Waiting(
      long session,
      String owner,
      RequestId request,
      List<Item> items,
      boolean all,
      long place,
      Command command) {
    long waitMillis() {
      return command instanceof Command.Acquire one
          ? one.waitMillis()
          : ((Command.AcquireAll) command).waitMillis();
    }

    boolean names(LockName lock) {
      return items.stream().anyMatch(item -> item.lock().equals(lock));
    }

    boolean isOf(long otherSession, String otherOwner) {
      return session == otherSession && owner.equals(otherOwner);
    }
  }

  private record Who(long session, String owner) {}

  private final List<Session> sessions = new ArrayList<>();
  private final List<Ended> ended = new ArrayList<>();
  private final List<Lock> locks = new ArrayList<>();
  private final List<Held> holds = new ArrayList<>();
  private final List<Waiting> waits = new ArrayList<>();
  private final Map<String, CommandResult> adminAnswers = new LinkedHashMap<>();
  private Limits limits = Limits.DEFAULTS;
  private long floor;
  private long raised;
  private long greatest;
  private long index;
  List<LockEvent> events = new ArrayList<>();

  /** The machine's own answer, for the one thing the model does not foretell: a cycle's links. */
  CommandResult apply(long entryIndex, long term, Command command, CommandResult machines) {
    index = entryIndex;
    events = new ArrayList<>();
    if (command instanceof Command.OpenSession open) {
      return open(open);
    } else if (command instanceof Command.CloseSession close) {
      return close(close.session());
    } else if (command instanceof Command.ExpireSessions expire) {
      return expire(expire, term);
    } else if (command instanceof Command.Acquire acquire) {
      List<Item> items = List.of(new Item(acquire.lock(), acquire.mode()));
      return once(
          acquire.request(),
          command,
          () -> acquire(acquire.request(), acquire.owner(), items, false, command, machines));
    } else if (command instanceof Command.AcquireAll all) {
      return once(
          all.request(),
          command,
          () -> acquire(all.request(), all.owner(), all.items(), true, command, machines));
    } else if (command instanceof Command.Release release) {
      return once(release.request(), command, () -> release(release));
    } else if (command instanceof Command.Publish publish) {
      return once(publish.request(), command, () -> publish(publish));
    } else if (command instanceof Command.CancelWait cancel) {
      return cancel(cancel);
    } else if (command instanceof Command.ForceRelease force) {
      return force(force);
    } else if (command instanceof Command.Forget forget) {
      return forget(forget.lock());
    } else if (command instanceof Command.Configure configure) {
      return configure(configure);
    } else if (command instanceof Command.RaiseTokenFloor raise) {
      raised = Math.max(floor, greatest) + raise.by();
      floor = raised;
      return new CommandResult.TokenFloorRaised(raised);
    }
    throw new AssertionError(command);
  }

  /** The same request whatever it acknowledges, and whether or not it may wait. */
  private static String likeness(Command command) {
    return command
        .toString()
        .replaceAll("acknowledgedBelow=\\d+", "")
        .replaceAll("waitMillis=-?\\d+", "");
  }

  private long max(Limit limit) {
    return limits.get(limit);
  }

  private CommandResult exceeded(Limit limit, long value) {
    return new CommandResult.LimitExceeded(limit.field(), value, max(limit));
  }

  private @Nullable Session session(long id) {
    return sessions.stream().filter(session -> session.id == id).findFirst().orElse(null);
  }

  private CommandResult absent(long id) {
    return ended.stream()
        .filter(end -> end.id() == id)
        .findFirst()
        .<CommandResult>map(end -> new CommandResult.SessionExpired(id, end.reason()))
        .orElse(new CommandResult.UnknownSession(id));
  }

  private CommandResult open(Command.OpenSession open) {
    for (Session session : sessions) {
      if (session.nonce.equals(open.nonce()) && session.principal.equals(open.principal())) {
        return new CommandResult.SessionOpened(session.id, session.ttlMillis);
      }
    }
    for (Ended end : ended) {
      if (end.nonce().equals(open.nonce()) && end.principal().equals(open.principal())) {
        return new CommandResult.SessionExpired(end.id(), end.reason());
      }
    }
    int metadataBytes = open.metadata().getBytes(StandardCharsets.UTF_8).length;
    if (metadataBytes > max(Limit.METADATA_BYTES)) {
      return exceeded(Limit.METADATA_BYTES, metadataBytes);
    }
    if (sessions.size() + 1 > max(Limit.SESSIONS)) {
      return exceeded(Limit.SESSIONS, sessions.size() + 1);
    }
    Session session = new Session();
    session.id = index;
    session.ttlMillis = Math.min(open.ttlMillis(), max(Limit.TTL_CEILING_MILLIS));
    session.ttlMillis = Math.max(session.ttlMillis, max(Limit.TTL_FLOOR_MILLIS));
    session.nonce = open.nonce();
    session.principal = open.principal();
    session.metadata = open.metadata();
    sessions.add(session);
    events.add(new LockEvent.SessionOpened(index, index, session.ttlMillis));
    return new CommandResult.SessionOpened(index, session.ttlMillis);
  }

  private CommandResult close(long id) {
    if (session(id) == null) {
      boolean closedBefore =
          ended.stream().anyMatch(end -> end.id() == id && end.reason() == SessionEnd.CLOSED);
      return closedBefore ? new CommandResult.SessionClosed(id) : absent(id);
    }
    end(List.of(id), SessionEnd.CLOSED);
    return new CommandResult.SessionClosed(id);
  }

  private CommandResult expire(Command.ExpireSessions expire, long term) {
    if (expire.term() != term) {
      return new CommandResult.StaleTerm(expire.term(), term);
    }
    List<Long> live = expire.sessions().stream().filter(id -> session(id) != null).toList();
    end(live, SessionEnd.EXPIRED);
    return new CommandResult.SessionsExpired(live);
  }

  private void end(List<Long> ids, SessionEnd reason) {
    for (long id : ids) {
      for (Waiting wait : List.copyOf(waits)) {
        if (wait.session() == id) {
          endWait(wait, WaitEnd.SESSION_ENDED);
        }
      }
      for (Held held : List.copyOf(holds)) {
        if (held.holder.session() == id) {
          free(held, reason == SessionEnd.CLOSED ? FreeCause.CLOSED : FreeCause.EXPIRED);
        }
      }
      Session session = java.util.Objects.requireNonNull(session(id));
      sessions.remove(session);
      ended.add(new Ended(id, session.principal, session.nonce, reason));
      while (ended.size() > max(Limit.ENDED_SESSIONS)) {
        ended.remove(0);
      }
      events.add(new LockEvent.SessionEnded(index, id, reason));
    }
    grantWhatCanBe();
  }

  private CommandResult once(Request request, Command command, Supplier<CommandResult> run) {
    Session session = session(request.session());
    if (session == null) {
      return absent(request.session());
    }
    acknowledge(session, request.acknowledgedBelow());
    for (Waiting wait : waits) {
      if (wait.session() == session.id && wait.request().equals(request.id())) {
        return likeness(wait.command()).equals(likeness(command))
            ? new CommandResult.Queued(position(wait))
            : new CommandResult.RequestIdReused(request.id());
      }
    }
    for (Remembered answer : session.answers) {
      if (answer.id().equals(request.id())) {
        return likeness(answer.command()).equals(likeness(command))
            ? answer.result()
            : new CommandResult.RequestIdReused(request.id());
      }
    }
    if (request.id() instanceof RequestId.Sequence sequence
        && sequence.number() < session.acknowledgedBelow) {
      return new CommandResult.RequestTooOld(request.id(), session.acknowledgedBelow);
    }
    CommandResult result = run.get();
    if (!(result instanceof CommandResult.Queued)) {
      remember(session, new Remembered(request.id(), command, result));
    }
    return result;
  }

  private static void acknowledge(Session session, long mark) {
    session.acknowledgedBelow = Math.max(session.acknowledgedBelow, mark);
    session.answers.removeIf(
        answer ->
            answer.id() instanceof RequestId.Sequence sequence
                && sequence.number() < session.acknowledgedBelow);
  }

  private void remember(Session session, Remembered answer) {
    if (answer.id() instanceof RequestId.Sequence sequence
        && sequence.number() < session.acknowledgedBelow) {
      return;
    }
    session.answers.removeIf(old -> old.id().equals(answer.id()));
    session.answers.add(answer);
    if (answer.id() instanceof RequestId.Key) {
      while (count(session, RequestId.Key.class) > max(Limit.CACHED_KEYS)) {
        session.answers.remove(
            session.answers.stream()
                .filter(old -> old.id() instanceof RequestId.Key)
                .findFirst()
                .orElseThrow());
      }
    } else {
      while (count(session, RequestId.Sequence.class) > max(Limit.CACHED_ANSWERS)) {
        acknowledge(session, lowestSequence(session) + 1);
      }
    }
  }

  private static long lowestSequence(Session session) {
    return session.answers.stream()
        .filter(old -> old.id() instanceof RequestId.Sequence)
        .mapToLong(old -> ((RequestId.Sequence) old.id()).number())
        .min()
        .orElseThrow();
  }

  private static long count(Session session, Class<?> form) {
    return session.answers.stream().filter(answer -> form.isInstance(answer.id())).count();
  }

  private @Nullable Lock lock(LockName name) {
    return locks.stream().filter(lock -> lock.name.equals(name)).findFirst().orElse(null);
  }

  private List<Held> holders(LockName name) {
    return holds.stream()
        .filter(held -> held.lock.equals(name))
        .sorted(Comparator.comparing(held -> held.holder.token()))
        .toList();
  }

  private List<Holder> shown(LockName name) {
    return holders(name).stream().map(held -> held.holder).limit(16).toList();
  }

  private List<Waiting> queue(LockName name) {
    return waits.stream()
        .filter(wait -> wait.names(name))
        .sorted(Comparator.comparingLong(Waiting::place))
        .toList();
  }

  private int position(Waiting wait) {
    return wait.items().stream()
        .mapToInt(item -> queue(item.lock()).indexOf(wait))
        .max()
        .orElseThrow();
  }

  private boolean fits(Item item) {
    List<Held> present = holders(item.lock());
    if (item.mode() instanceof AcquireMode.Semaphore semaphore) {
      int out = present.stream().mapToInt(held -> permits(held.holder.mode())).sum();
      return out + semaphore.permits() <= semaphore.limit();
    }
    return item.mode() == AcquireMode.shared()
        ? present.stream().allMatch(held -> held.holder.mode() == AcquireMode.shared())
        : present.isEmpty();
  }

  private static int permits(AcquireMode mode) {
    return mode instanceof AcquireMode.Semaphore semaphore ? semaphore.permits() : 0;
  }

  private static int limitOf(AcquireMode mode) {
    return mode instanceof AcquireMode.Semaphore semaphore ? semaphore.limit() : 0;
  }

  private CommandResult acquire(
      Request request,
      String owner,
      List<Item> items,
      boolean all,
      Command command,
      CommandResult machines) {
    long session = request.session();
    boolean mayWait =
        command instanceof Command.Acquire one
            ? one.mayWait()
            : ((Command.AcquireAll) command).mayWait();
    CommandResult refusal = refusedOutright(owner, items);
    if (refusal != null) {
      return refusal;
    }
    List<Held> mine = new ArrayList<>();
    for (Item item : items) {
      for (Held held : holders(item.lock())) {
        if (held.isOf(session, owner)) {
          if (!held.holder.mode().equals(item.mode())) {
            return new CommandResult.HeldOtherwise(
                held.lock, held.holder.token(), held.holder.mode());
          }
          mine.add(held);
        }
      }
    }
    if (!mine.isEmpty()) {
      return mine.size() == items.size()
          ? granted(mine, all)
          : new CommandResult.PartlyHeld(mine.get(0).lock, mine.get(0).holder.token());
    }
    if (mayWait) {
      List<Waiting> earlier = new ArrayList<>();
      for (Item item : items) {
        for (Waiting wait : queue(item.lock())) {
          if (wait.isOf(session, owner) && !earlier.contains(wait)) {
            earlier.add(wait);
          }
        }
      }
      for (Waiting wait : earlier) {
        if (wait.all() == all && wait.items().equals(items)) {
          Waiting kept =
              new Waiting(session, owner, request.id(), items, all, wait.place(), command);
          endWaitInPlace(wait);
          waits.set(waits.indexOf(wait), kept);
          queuedEvents(kept);
          return new CommandResult.Queued(position(kept));
        }
      }
      earlier.forEach(wait -> endWait(wait, WaitEnd.REPLACED));
      grantWhatCanBe();
    }
    Item blocked =
        items.stream()
            .filter(item -> !queue(item.lock()).isEmpty() || !fits(item))
            .findFirst()
            .orElse(null);
    if (blocked == null) {
      CommandResult noRoom = noRoom(session, items);
      if (noRoom != null) {
        return noRoom;
      }
      makeRoom(items);
      RequestRef ref = new RequestRef(session, request.id());
      return granted(items.stream().map(item -> grant(item, owner, ref, false)).toList(), all);
    }
    if (!mayWait) {
      LockName name = blocked.lock();
      return new CommandResult.Busy(name, shown(name), holders(name).size(), queue(name).size());
    }
    return enqueue(new Waiting(session, owner, request.id(), items, all, index, command), machines);
  }

  private @Nullable CommandResult refusedOutright(String owner, List<Item> items) {
    int ownerBytes = owner.getBytes(StandardCharsets.UTF_8).length;
    if (ownerBytes > max(Limit.OWNER_BYTES)) {
      return exceeded(Limit.OWNER_BYTES, ownerBytes);
    }
    if (items.size() > max(Limit.LOCKS_PER_REQUEST)) {
      return exceeded(Limit.LOCKS_PER_REQUEST, items.size());
    }
    for (Item item : items) {
      if (limitOf(item.mode()) > max(Limit.SEMAPHORE_LIMIT)) {
        return exceeded(Limit.SEMAPHORE_LIMIT, limitOf(item.mode()));
      }
    }
    for (Item item : items) {
      Lock lock = lock(item.lock());
      if (lock != null && (lock.limit > 0) != (limitOf(item.mode()) > 0)) {
        return new CommandResult.KindMismatch(
            lock.name, lock.limit > 0 ? LockKind.SEMAPHORE : LockKind.READ_WRITE);
      }
      if (lock != null && lock.limit != limitOf(item.mode())) {
        return new CommandResult.LimitMismatch(lock.name, lock.limit, limitOf(item.mode()));
      }
    }
    return null;
  }

  private CommandResult enqueue(Waiting wait, CommandResult machines) {
    long own = waits.stream().filter(other -> other.session() == wait.session()).count();
    if (own + 1 > max(Limit.WAITS_PER_SESSION)) {
      return exceeded(Limit.WAITS_PER_SESSION, own + 1);
    }
    for (Item item : wait.items()) {
      int length = queue(item.lock()).size() + 1;
      if (length > max(Limit.WAITERS_PER_LOCK)) {
        return exceeded(Limit.WAITERS_PER_LOCK, length);
      }
    }
    CommandResult noRoom = noRoom(wait.session(), wait.items());
    if (noRoom != null) {
      return noRoom;
    }
    if (wouldWaitForEver(wait)) {
      if (!(machines instanceof Deadlock deadlock) || !isCycle(deadlock, wait)) {
        throw new AssertionError("a deadlock, but the machine says " + machines);
      }
      return machines;
    }
    makeRoom(wait.items());
    waits.add(wait);
    wait.items().forEach(item -> touch(item.lock()));
    queuedEvents(wait);
    return new CommandResult.Queued(position(wait));
  }

  private void queuedEvents(Waiting wait) {
    RequestRef ref = new RequestRef(wait.session(), wait.request());
    for (Item item : wait.items()) {
      int before = queue(item.lock()).indexOf(wait);
      events.add(
          new LockEvent.Queued(index, ref, wait.owner(), item.lock(), before, wait.waitMillis()));
    }
  }

  private @Nullable CommandResult noRoom(long session, List<Item> items) {
    long wanted =
        holds.stream().filter(held -> held.holder.session() == session).count()
            + waits.stream()
                .filter(wait -> wait.session() == session)
                .mapToInt(wait -> wait.items().size())
                .sum()
            + items.size();
    if (wanted > max(Limit.HOLDS_PER_SESSION)) {
      return exceeded(Limit.HOLDS_PER_SESSION, wanted);
    }
    int fresh = 0;
    for (Item item : items) {
      if (lock(item.lock()) == null) {
        fresh++;
        continue;
      }
      long sharers = holders(item.lock()).size() + queue(item.lock()).size() + 1L;
      if (item.mode() != AcquireMode.exclusive() && sharers > max(Limit.HOLDERS_PER_LOCK)) {
        return exceeded(Limit.HOLDERS_PER_LOCK, sharers);
      }
    }
    if (toForget(fresh) > idle(items).size()) {
      return exceeded(Limit.LOCKS, locks.size() + fresh);
    }
    return null;
  }

  private long toForget(int fresh) {
    return Math.max(0, Math.min(locks.size() + fresh - max(Limit.LOCKS), 16L * fresh));
  }

  /** Idle locks, least recently used first; not those asked for, not those used in this step. */
  private List<Lock> idle(List<Item> except) {
    return locks.stream()
        .filter(lock -> holders(lock.name).isEmpty() && queue(lock.name).isEmpty())
        .filter(lock -> lock.changedAt < index)
        .filter(lock -> except.stream().noneMatch(item -> item.lock().equals(lock.name)))
        .sorted(
            Comparator.comparingLong((Lock lock) -> lock.changedAt)
                .thenComparing(lock -> lock.name.value()))
        .toList();
  }

  private void makeRoom(List<Item> items) {
    int fresh = (int) items.stream().filter(item -> lock(item.lock()) == null).count();
    long surplus = toForget(fresh);
    idle(items).stream().limit(surplus).forEach(this::drop);
    for (Item item : items) {
      if (lock(item.lock()) == null) {
        locks.add(new Lock(item.lock(), limitOf(item.mode()), floor));
      }
    }
  }

  private void drop(Lock lock) {
    locks.remove(lock);
    floor = Math.max(floor, lock.lastToken);
    events.add(new LockEvent.LockForgotten(index, lock.name, lock.lastToken));
  }

  private void touch(LockName name) {
    java.util.Objects.requireNonNull(lock(name)).changedAt = index;
  }

  private Held grant(Item item, String owner, RequestRef ref, boolean waited) {
    Lock lock = java.util.Objects.requireNonNull(lock(item.lock()));
    lock.lastToken = Math.max(lock.lastToken, raised) + 1;
    greatest = Math.max(greatest, lock.lastToken);
    touch(lock.name);
    FencingToken token = new FencingToken(lock.lastToken);
    Held held = new Held(lock.name, new Holder(ref.session(), owner, token, item.mode(), index));
    holds.add(held);
    events.add(new LockEvent.Granted(index, ref, held.holder, lock.name, waited));
    return held;
  }

  private static CommandResult granted(List<Held> held, boolean all) {
    List<CommandResult.Granted> grants =
        held.stream()
            .map(
                one ->
                    new CommandResult.Granted(one.lock, one.holder.token(), one.holder.grantedAt()))
            .toList();
    return all ? new CommandResult.GrantedAll(grants) : grants.get(0);
  }

  private void grantWhatCanBe() {
    boolean again = true;
    while (again) {
      again = false;
      for (Waiting wait : waits.stream().sorted(Comparator.comparing(Waiting::place)).toList()) {
        boolean ready =
            wait.items().stream()
                .allMatch(item -> queue(item.lock()).get(0).equals(wait) && fits(item));
        if (ready) {
          waits.remove(wait);
          RequestRef ref = new RequestRef(wait.session(), wait.request());
          List<Held> held =
              wait.items().stream().map(item -> grant(item, wait.owner(), ref, true)).toList();
          CommandResult result = granted(held, wait.all());
          events.add(new LockEvent.WaitGranted(index, ref, result));
          remember(
              java.util.Objects.requireNonNull(session(wait.session())),
              new Remembered(wait.request(), wait.command(), result));
          again = true;
          break;
        }
      }
    }
  }

  private void free(Held held, FreeCause cause) {
    holds.remove(held);
    touch(held.lock);
    events.add(new LockEvent.Freed(index, held.lock, held.holder, cause));
    if (held.value != null) {
      events.add(
          new LockEvent.ValueChanged(index, held.lock, held.holder.token(), Optional.empty()));
    }
  }

  private void endWait(Waiting wait, WaitEnd reason) {
    waits.remove(wait);
    wait.items().forEach(item -> touch(item.lock()));
    tellEnd(wait, reason);
  }

  private void endWaitInPlace(Waiting wait) {
    tellEnd(wait, WaitEnd.REPLACED);
  }

  private void tellEnd(Waiting wait, WaitEnd reason) {
    events.add(
        new LockEvent.WaitEnded(
            index,
            new RequestRef(wait.session(), wait.request()),
            wait.owner(),
            wait.items().stream().map(Item::lock).toList(),
            reason));
    if (reason != WaitEnd.SESSION_ENDED) {
      remember(
          java.util.Objects.requireNonNull(session(wait.session())),
          new Remembered(
              wait.request(),
              wait.command(),
              new CommandResult.WaitCancelled(wait.request(), reason)));
    }
  }

  private @Nullable Held heldUnder(Request request, LockName lock, String owner, long token) {
    return holders(lock).stream()
        .filter(held -> held.isOf(request.session(), owner))
        .filter(held -> held.holder.token().value() == token)
        .findFirst()
        .orElse(null);
  }

  private CommandResult release(Command.Release release) {
    LockName name = release.lock();
    Held held = heldUnder(release.request(), name, release.owner(), release.token().value());
    if (held == null) {
      return new CommandResult.NotHolder(name, release.token(), shown(name), holders(name).size());
    }
    free(held, FreeCause.RELEASED);
    grantWhatCanBe();
    return new CommandResult.Released(name, release.token());
  }

  private CommandResult publish(Command.Publish publish) {
    LockName name = publish.lock();
    Held held = heldUnder(publish.request(), name, publish.owner(), publish.token().value());
    if (held == null) {
      return new CommandResult.NotHolder(name, publish.token(), shown(name), holders(name).size());
    }
    if (held.holder.mode() != AcquireMode.exclusive()) {
      return new CommandResult.HeldOtherwise(name, publish.token(), held.holder.mode());
    }
    if (publish.value().size() > max(Limit.VALUE_BYTES)) {
      return exceeded(Limit.VALUE_BYTES, publish.value().size());
    }
    held.value = publish.value();
    events.add(
        new LockEvent.ValueChanged(index, name, publish.token(), Optional.of(publish.value())));
    return new CommandResult.Published(name, publish.token());
  }

  private CommandResult cancel(Command.CancelWait cancel) {
    Session session = session(cancel.session());
    if (session == null) {
      return absent(cancel.session());
    }
    for (Waiting wait : List.copyOf(waits)) {
      if (wait.session() == session.id && wait.request().equals(cancel.waiting())) {
        WaitEnd reason = WaitEnd.valueOf(cancel.reason().name());
        endWait(wait, reason);
        grantWhatCanBe();
        return new CommandResult.WaitCancelled(cancel.waiting(), reason);
      }
    }
    return session.answers.stream()
        .filter(answer -> answer.id().equals(cancel.waiting()))
        .map(Remembered::result)
        .findFirst()
        .orElse(new CommandResult.NoSuchWait(cancel.waiting()));
  }

  private CommandResult force(Command.ForceRelease force) {
    CommandResult before = adminAnswers.get(force.nonce());
    if (before != null) {
      return before;
    }
    List<Held> present = holders(force.lock());
    present.forEach(held -> free(held, FreeCause.FORCED));
    grantWhatCanBe();
    CommandResult result = new CommandResult.ForceReleased(force.lock(), present.size());
    adminAnswers.put(force.nonce(), result);
    trimAdminAnswers();
    return result;
  }

  private void trimAdminAnswers() {
    while (adminAnswers.size() > max(Limit.ADMIN_ANSWERS)) {
      adminAnswers.remove(adminAnswers.keySet().iterator().next());
    }
  }

  private CommandResult forget(LockName name) {
    Lock lock = lock(name);
    if (lock != null) {
      int held = holders(name).size();
      int waiting = queue(name).size();
      if (held + waiting > 0) {
        return new CommandResult.InUse(name, held, waiting);
      }
      drop(lock);
    }
    return new CommandResult.Forgotten(name, floor);
  }

  private CommandResult configure(Command.Configure configure) {
    Limits changed = limits;
    for (Command.Setting setting : configure.settings()) {
      changed = changed.with(setting.limit(), setting.value());
    }
    limits = changed;
    while (ended.size() > max(Limit.ENDED_SESSIONS)) {
      ended.remove(0);
    }
    trimAdminAnswers();
    return new CommandResult.Configured(limits);
  }

  /** Whether the request is among those that can never be granted, by striking out all others. */
  private boolean wouldWaitForEver(Waiting fresh) {
    List<Waiting> all = new ArrayList<>(waits);
    all.add(fresh);
    Set<Who> stuck = new LinkedHashSet<>();
    all.forEach(wait -> stuck.add(new Who(wait.session(), wait.owner())));
    boolean again = true;
    while (again) {
      again =
          stuck.removeIf(
              who ->
                  all.stream()
                      .filter(wait -> wait.isOf(who.session(), who.owner()))
                      .allMatch(wait -> canEver(wait, all, stuck)));
    }
    return stuck.contains(new Who(fresh.session(), fresh.owner()));
  }

  private boolean canEver(Waiting wait, List<Waiting> all, Set<Who> stuck) {
    for (Item item : wait.items()) {
      for (Waiting before : all) {
        if (before.place() < wait.place()
            && before.names(item.lock())
            && stuck.contains(new Who(before.session(), before.owner()))) {
          return false;
        }
      }
      int kept = 0;
      for (Held held : holders(item.lock())) {
        if (!stuck.contains(new Who(held.holder.session(), held.holder.owner()))) {
          continue;
        }
        kept += permits(held.holder.mode());
        boolean bothShared =
            item.mode() == AcquireMode.shared() && held.holder.mode() == AcquireMode.shared();
        if (!(item.mode() instanceof AcquireMode.Semaphore) && !bothShared) {
          return false;
        }
      }
      if (kept + permits(item.mode()) > Math.max(limitOf(item.mode()), kept == 0 ? 1 : 0)
          && item.mode() instanceof AcquireMode.Semaphore) {
        return false;
      }
    }
    return true;
  }

  /** Whether every link stands before the one that waits for it. */
  private boolean isCycle(Deadlock deadlock, Waiting fresh) {
    List<CommandResult.WaitLink> cycle = deadlock.cycle();
    CommandResult.WaitLink first = cycle.get(0);
    if (first.session() != fresh.session() || !first.owner().equals(fresh.owner())) {
      return false;
    }
    for (int at = 0; at < cycle.size(); at++) {
      CommandResult.WaitLink link = cycle.get(at);
      CommandResult.WaitLink next = cycle.get((at + 1) % cycle.size());
      List<Waiting> queue = new ArrayList<>(queue(link.lock()));
      if (fresh.names(link.lock())) {
        queue.add(fresh);
      }
      boolean waits = queue.stream().anyMatch(wait -> wait.isOf(link.session(), link.owner()));
      boolean inTheWay =
          queue.stream().anyMatch(wait -> wait.isOf(next.session(), next.owner()))
              || holders(link.lock()).stream()
                  .anyMatch(held -> held.isOf(next.session(), next.owner()));
      if (!waits || !inTheWay) {
        return false;
      }
    }
    return true;
  }

  MachineCounts counts() {
    long idle =
        locks.stream()
            .filter(lock -> holders(lock.name).isEmpty() && queue(lock.name).isEmpty())
            .count();
    return new MachineCounts(
        sessions.size(), locks.size(), (int) idle, holds.size(), waits.size(), floor);
  }

  List<LockView> lockViews() {
    return locks.stream()
        .sorted(Comparator.comparing(lock -> lock.name.value()))
        .map(this::view)
        .toList();
  }

  private LockView view(Lock lock) {
    List<Held> present = holders(lock.name);
    List<Waiting> queue = queue(lock.name);
    List<Waiter> waiters = new ArrayList<>();
    for (Waiting wait : queue) {
      AcquireMode mode =
          wait.items().stream()
              .filter(item -> item.lock().equals(lock.name))
              .map(Item::mode)
              .findFirst()
              .orElseThrow();
      waiters.add(new Waiter(wait.session(), wait.request(), wait.owner(), mode, wait.place()));
    }
    return new LockView(
        lock.name,
        lock.limit > 0 ? LockKind.SEMAPHORE : LockKind.READ_WRITE,
        lock.limit,
        lock.lastToken,
        present.stream().map(held -> held.holder).toList(),
        present.size(),
        waiters,
        waiters.size(),
        present.stream().map(held -> held.value).filter(value -> value != null).findFirst(),
        lock.changedAt);
  }

  List<SessionView> sessionViews() {
    return sessions.stream()
        .map(
            session ->
                new SessionView(
                    session.id,
                    session.ttlMillis,
                    session.metadata,
                    session.principal,
                    (int)
                        holds.stream().filter(held -> held.holder.session() == session.id).count(),
                    (int) waits.stream().filter(wait -> wait.session() == session.id).count(),
                    session.acknowledgedBelow))
        .toList();
  }
}
