package io.holdfast.locks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Commands drawn from small spaces, so that they meet: few sessions, owners and locks, request ids
 * that repeat, tokens that are right more often than not.
 */
final class RandomCommands {
  private static final String[] LOCKS = {"a", "b", "b/1", "c", "d/e", "s1", "s2", "é", "z"};
  private static final String[] OWNERS = {"o", "p", "owner-three"};
  private static final Limit[] TURNED = {
    Limit.SESSIONS,
    Limit.LOCKS,
    Limit.WAITERS_PER_LOCK,
    Limit.HOLDERS_PER_LOCK,
    Limit.HOLDS_PER_SESSION,
    Limit.WAITS_PER_SESSION,
    Limit.LOCKS_PER_REQUEST,
    Limit.VALUE_BYTES,
    Limit.OWNER_BYTES,
    Limit.CACHED_ANSWERS,
    Limit.CACHED_KEYS,
    Limit.ENDED_SESSIONS,
    Limit.ADMIN_ANSWERS
  };

  private final Random random;
  private final List<Long> sessions = new ArrayList<>();
  private final TreeMap<String, Command> lastOf = new TreeMap<>();
  private long sequence = 1;
  private long nonce;

  RandomCommands(long seed) {
    random = new Random(seed);
  }

  void opened(long session) {
    if (!sessions.contains(session)) {
      sessions.add(session);
    }
  }

  Command next(LockStateMachine machine, long term) {
    sessions.removeIf(id -> machine.session(id).isEmpty() && random.nextInt(20) == 0);
    if (machine.counts().sessions() > 7) {
      return new Command.CloseSession(session());
    }
    int dice = random.nextInt(1000);
    if (dice < 400) {
      return remember("acquire", acquire());
    } else if (dice < 480) {
      return remember("all", acquireAll());
    } else if (dice < 720) {
      return remember("release", release(machine));
    } else if (dice < 770) {
      return new Command.CancelWait(session(), waiting(machine), reason());
    } else if (dice < 800) {
      return remember("publish", publish(machine));
    } else if (dice < 860) {
      return repeat();
    } else if (dice < 920) {
      return open();
    } else if (dice < 945) {
      return new Command.CloseSession(session());
    } else if (dice < 965) {
      return expire(term);
    } else if (dice < 975) {
      return new Command.ForceRelease("n" + random.nextInt(30), lock());
    } else if (dice < 990) {
      return new Command.Forget(lock());
    } else if (dice < 998) {
      return configure();
    }
    return new Command.RaiseTokenFloor(1 + random.nextInt(5));
  }

  private Command remember(String what, Command command) {
    lastOf.put(what + random.nextInt(6), command);
    return command;
  }

  private Command repeat() {
    if (lastOf.isEmpty()) {
      return open();
    }
    List<Command> before = new ArrayList<>(lastOf.values());
    return before.get(random.nextInt(before.size()));
  }

  private Command open() {
    boolean fresh = random.nextInt(3) > 0;
    String word = "nonce" + (fresh ? nonce++ : Math.max(0, nonce - random.nextInt(8)));
    String principal = random.nextInt(5) == 0 ? "eve" : "";
    return new Command.OpenSession(word, 1 + random.nextInt(100_000_000), "host", principal);
  }

  private Command expire(long term) {
    TreeSet<Long> ids = new TreeSet<>();
    for (int count = random.nextInt(3); count >= 0; count--) {
      ids.add(session());
    }
    return new Command.ExpireSessions(random.nextInt(4) == 0 ? term + 1 : term, List.copyOf(ids));
  }

  private Command configure() {
    Limit limit = TURNED[random.nextInt(TURNED.length)];
    long value =
        random.nextInt(3) > 0 ? limit.defaultValue() : Math.max(limit.min(), random.nextInt(8));
    return Command.Configure.of(limit, value);
  }

  private Command acquire() {
    LockName lock = lock();
    return new Command.Acquire(request(), lock, owner(), mode(lock), waitMillis());
  }

  private Command acquireAll() {
    TreeMap<LockName, Command.Item> items = new TreeMap<>();
    for (int count = random.nextInt(3); count >= 0; count--) {
      LockName lock = lock();
      items.put(lock, new Command.Item(lock, mode(lock)));
    }
    return new Command.AcquireAll(request(), owner(), List.copyOf(items.values()), waitMillis());
  }

  /** Usually what somebody holds, sometimes anything. */
  private Command release(LockStateMachine machine) {
    long session = session();
    List<HeldLock> held = machine.holds(session);
    if (held.isEmpty() || random.nextInt(10) == 0) {
      return new Command.Release(request(), lock(), owner(), token());
    }
    HeldLock one = held.get(random.nextInt(held.size()));
    return new Command.Release(
        new Request(session, requestId()), one.lock(), one.holder().owner(), one.holder().token());
  }

  private Command publish(LockStateMachine machine) {
    long session = session();
    List<HeldLock> held = machine.holds(session);
    LockValue value = LockValue.of(new byte[random.nextInt(10)]);
    if (held.isEmpty()) {
      return new Command.Publish(request(), lock(), owner(), token(), value);
    }
    HeldLock one = held.get(random.nextInt(held.size()));
    return new Command.Publish(
        new Request(session, requestId()),
        one.lock(),
        one.holder().owner(),
        one.holder().token(),
        value);
  }

  private RequestId waiting(LockStateMachine machine) {
    for (long session : sessions) {
      List<PendingWait> waits = machine.waits(session);
      if (!waits.isEmpty() && random.nextBoolean()) {
        return waits.get(random.nextInt(waits.size())).request();
      }
    }
    return requestId();
  }

  private Command.CancelReason reason() {
    return random.nextBoolean() ? Command.CancelReason.TIMEOUT : Command.CancelReason.CANCELLED;
  }

  private long session() {
    return sessions.isEmpty() || random.nextInt(50) == 0
        ? 1 + random.nextInt(20)
        : sessions.get(random.nextInt(sessions.size()));
  }

  private Request request() {
    RequestId id = requestId();
    long mark = 0;
    if (id instanceof RequestId.Sequence own && random.nextInt(4) == 0) {
      mark = Math.max(0, own.number() - random.nextInt(30));
    }
    return new Request(session(), id, mark);
  }

  private RequestId requestId() {
    if (random.nextInt(4) == 0) {
      return RequestId.of("key" + random.nextInt(400));
    }
    long back = random.nextInt(8) == 0 ? random.nextInt(40) : 0;
    return RequestId.of(Math.max(1, sequence++ - back));
  }

  private long waitMillis() {
    int dice = random.nextInt(4);
    return dice == 0 ? Command.NO_WAIT : dice == 1 ? Command.WAIT_FOR_EVER : random.nextInt(1000);
  }

  private LockName lock() {
    return LockName.of(LOCKS[random.nextInt(LOCKS.length)]);
  }

  private String owner() {
    return OWNERS[random.nextInt(OWNERS.length)];
  }

  private FencingToken token() {
    return new FencingToken(1 + random.nextInt(50));
  }

  private AcquireMode mode(LockName lock) {
    boolean semaphore = lock.value().startsWith("s") != (random.nextInt(20) == 0);
    if (semaphore) {
      int limit = random.nextInt(15) == 0 ? 4 : 3;
      return AcquireMode.semaphore(limit, 1 + random.nextInt(3));
    }
    return random.nextInt(3) == 0 ? AcquireMode.shared() : AcquireMode.exclusive();
  }
}
