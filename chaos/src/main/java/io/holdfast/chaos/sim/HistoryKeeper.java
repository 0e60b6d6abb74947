package io.holdfast.chaos.sim;

import io.holdfast.api.LockMode;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.LockValue;
import io.holdfast.client.Lease;
import io.holdfast.locks.Holder;
import io.holdfast.locks.LockName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What clients asked and were told, one history for each lock. A hold that ends otherwise than by
 * its client (an expired session, a grant that came too late and was given back) is closed at the
 * moment at which the log ends it, so that the models need not guess; so is a question that was
 * never answered.
 */
final class HistoryKeeper implements LockTruth.Listener {
  private final SimWorld world;
  private final boolean leasesAreExact;
  private final boolean dense;
  private final Map<String, HistoryBuilder> builders = new TreeMap<>();
  private final Map<String, HistoryBuilder> leased = new TreeMap<>();
  private final Map<String, StateHistory> states = new TreeMap<>();
  private final Map<Long, Long> readsAsked = new HashMap<>();
  private final Map<String, Attempt> byOwner = new LinkedHashMap<>();
  private final Map<String, Set<Attempt>> holding = new HashMap<>();
  private long nextProcess;
  private long operations;
  private long grants;

  /**
   * @param leasesAreExact whether clocks run so well that no lease may be believed in when the log
   *     grants the lock to another
   * @param dense whether no lock is forgotten, so that tokens follow each other without gaps
   */
  HistoryKeeper(SimWorld world, boolean leasesAreExact, boolean dense) {
    this.world = world;
    this.leasesAreExact = leasesAreExact;
    this.dense = dense;
  }

  /**
   * The history in which the log ends no hold that its client believed in: one that is not given
   * back lasts as long as its lease.
   */
  private HistoryBuilder leased(String lock) {
    return leased.computeIfAbsent(lock, none -> new HistoryBuilder());
  }

  private void note(String lock, Consumer<HistoryBuilder> what) {
    what.accept(builder(lock));
    what.accept(leased(lock));
  }

  private StateHistory state(String lock) {
    return states.computeIfAbsent(lock, none -> new StateHistory());
  }

  private static boolean isExclusive(String lock) {
    return lock.startsWith("lock-");
  }

  private String model(String lock) {
    if (lock.startsWith("rw-")) {
      return "rw-lock";
    }
    return lock.startsWith("sem-") ? "semaphore" : dense ? "dense-fenced-lock" : "fenced-lock";
  }

  private HistoryBuilder builder(String lock) {
    return builders.computeIfAbsent(lock, none -> new HistoryBuilder());
  }

  /**
   * Nothing happens any more: what nobody answered and the log never granted was not done. Left
   * open, it might be anywhere, and a few dozen of them are more than a search can try.
   */
  void close() {
    for (Attempt attempt : byOwner.values()) {
      if (attempt.state == Attempt.State.ASKING && !attempt.granted) {
        note(attempt.lock, it -> it.notDone(attempt.process, world.now()));
      }
    }
  }

  /** The histories, each by the name that {@link Judge#name} makes of lock and model. */
  Map<String, History> histories() {
    Map<String, History> histories = new TreeMap<>();
    builders.forEach(
        (lock, builder) -> histories.put(Judge.name(lock, model(lock)), builder.build()));
    builders.keySet().stream()
        .filter(HistoryKeeper::isExclusive)
        .forEach(
            lock -> {
              histories.put(Judge.name(lock, "register:0"), state(lock).build(lock));
              if (leasesAreExact) {
                histories.put(Judge.name(lock, "leased-lock"), leased(lock).build());
              }
            });
    return histories;
  }

  boolean areLeasesExact() {
    return leasesAreExact;
  }

  long operations() {
    return operations;
  }

  long grants() {
    return grants;
  }

  long newProcess() {
    return nextProcess++;
  }

  private void mix(long process, int kind) {
    world.mix(process * 16 + kind);
  }

  /** A client asks. */
  Attempt asks(ClientHost host, Wish wish) {
    String lock = wish.lock();
    Attempt attempt = new Attempt(newProcess(), wish, host, world.now());
    byOwner.put(attempt.owner(), attempt);
    String function = wish.observes() ? "tryAcquire" : "acquire";
    note(lock, it -> it.invoke(attempt.process, function, lock, asked(wish), world.now()));
    operations++;
    mix(attempt.process, 1);
    world.note(
        host.name(), () -> "asks for " + lock + " " + wish.mode() + " as " + attempt.owner());
    return attempt;
  }

  private static @Nullable LockValue asked(Wish wish) {
    return switch (wish.mode()) {
      case EXCLUSIVE -> wish.rw() ? LockValue.mode("exclusive") : null;
      case SHARED -> LockValue.mode("shared");
      case SEMAPHORE ->
          new LockValue(
              LockValue.NONE, LockValue.NONE, LockValue.NONE, null, wish.permits(), wish.limit());
    };
  }

  /** Its client has the lock. */
  void acquired(Attempt attempt, Lease lease) {
    mix(attempt.process, 2);
    world.note(attempt.host.name(), () -> attempt.owner() + " got " + lease);
    if (attempt.state == Attempt.State.ASKING) {
      grants++;
      attempt.state = Attempt.State.HELD;
      attempt.lease = lease;
      holding.computeIfAbsent(attempt.lock, none -> new LinkedHashSet<>()).add(attempt);
      builder(attempt.lock).ok(attempt.process, LockValue.token(lease.token()), world.now());
      long endNanos = world.now() + Math.max(0, lease.remaining().toNanos());
      long ttlMillis = (endNanos - attempt.askedNanos) / 1_000_000;
      leased(attempt.lock)
          .ok(attempt.process, LockValue.lease(lease.token(), ttlMillis), world.now());
    }
    if (!attempt.granted) {
      world.violate(
          "history", attempt.owner() + " has " + attempt.lock + ", which the log did not grant");
    }
  }

  /** Its client was told that it does not have the lock. */
  void refused(Attempt attempt) {
    mix(attempt.process, 3);
    world.note(attempt.host.name(), () -> attempt.owner() + " is refused");
    if (attempt.state != Attempt.State.ASKING) {
      return;
    }
    if (attempt.granted) {
      world.violate(
          "history",
          attempt.owner() + " was told that it has not got " + attempt.lock + ", which it holds");
    }
    attempt.state = Attempt.State.REFUSED;
    note(attempt.lock, it -> it.fail(attempt.process, null, world.now()));
  }

  /** Its client does not know; the operation stays open until the log tells. */
  void unknown(Attempt attempt) {
    mix(attempt.process, 4);
    world.note(attempt.host.name(), () -> attempt.owner() + " has no certain answer");
    world.coverage().mark("client: acquire of unknown outcome");
  }

  void releases(Attempt attempt) {
    mix(attempt.process, 5);
    world.note(attempt.host.name(), () -> attempt.owner() + " gives back " + attempt.lock);
    attempt.giveBack(world.now());
    if (attempt.state == Attempt.State.HELD) {
      attempt.state = Attempt.State.RELEASING;
      long token = attempt.lease == null ? LockValue.NONE : attempt.lease.token();
      LockValue held = value(attempt, token);
      note(
          attempt.lock,
          it -> it.invoke(attempt.process, "release", attempt.lock, held, world.now()));
      operations++;
    }
  }

  private static LockValue value(Attempt attempt, long token) {
    return attempt.mode == LockMode.SEMAPHORE
        ? LockValue.permits(attempt.permits)
        : LockValue.token(token);
  }

  /** Its client was told that the lock is given back. */
  void released(Attempt attempt) {
    mix(attempt.process, 6);
    if (!attempt.freed) {
      world.violate(
          "history", attempt.owner() + " released " + attempt.lock + ", but the log did not");
    }
    endRelease(attempt);
  }

  /** Its client was told that it has lost the lock, or nothing; open until the log ends it. */
  void releaseFailed(Attempt attempt) {
    mix(attempt.process, 7);
    world.note(attempt.host.name(), () -> attempt.owner() + " could not give back in time");
    world.coverage().mark("client: release failed");
    forget(attempt);
    if (attempt.freed) {
      endRelease(attempt);
    }
  }

  private void endRelease(Attempt attempt) {
    forget(attempt);
    if (attempt.state == Attempt.State.RELEASING) {
      attempt.state = Attempt.State.OVER;
      note(attempt.lock, it -> it.ok(attempt.process, null, world.now()));
    }
  }

  private void forget(Attempt attempt) {
    Set<Attempt> ofLock = holding.get(attempt.lock);
    if (ofLock != null) {
      ofLock.remove(attempt);
    }
  }

  /** A read of the holder of an exclusive lock began. */
  long reads(String lock) {
    long process = newProcess();
    note(lock, it -> it.invoke(process, "read", lock, null, world.now()));
    readsAsked.put(process, world.now());
    operations++;
    mix(process, 8);
    return process;
  }

  void read(long process, String lock, long token) {
    mix(process, 9);
    note(lock, it -> it.ok(process, LockValue.token(token), world.now()));
    state(lock).read(token, readsAsked.getOrDefault(process, 0L), world.now());
  }

  void readFailed(long process, String lock) {
    mix(process, 10);
    note(lock, it -> it.info(process, world.now()));
  }

  @Override
  public void granted(LockName lock, Holder holder, long index) {
    Attempt attempt = byOwner.get(holder.owner());
    if (attempt == null) {
      world.violate("history", "the log grants " + lock + " to a stranger, " + holder.owner());
      return;
    }
    world.note("log", () -> index + " grants " + lock + " to " + holder.owner());
    if (attempt.granted) {
      world.violate("history", "the log grants " + lock + " to " + holder.owner() + " again");
    }
    if (attempt.state == Attempt.State.REFUSED) {
      world.violate(
          "history", "the log grants " + lock + " to " + holder.owner() + ", which was refused");
    }
    attempt.granted = true;
    state(attempt.lock).wrote(holder.token().value(), attempt.askedNanos, world.now());
    if (leasesAreExact) {
      checkLeases(attempt);
    }
  }

  /** When the log grants a lock, nobody else whom that excludes may believe in holding it. */
  private void checkLeases(Attempt granted) {
    if (granted.mode == LockMode.SEMAPHORE) {
      return;
    }
    for (Attempt other : holding.getOrDefault(granted.lock, Set.of())) {
      boolean excludes = granted.mode == LockMode.EXCLUSIVE || other.mode == LockMode.EXCLUSIVE;
      if (excludes && other != granted && other.isBelieved()) {
        world.violate(
            "lease",
            "%s is granted to %s while %s believes in its lease for %s more"
                .formatted(granted.lock, granted.owner(), other.owner(), remaining(other)));
      }
    }
  }

  private static String remaining(Attempt attempt) {
    return attempt.lease == null ? "0 ms" : attempt.lease.remaining().toMillis() + " ms";
  }

  @Override
  public void freed(LockName lock, Holder holder, long index, boolean byRelease) {
    Attempt attempt = byOwner.get(holder.owner());
    if (attempt == null) {
      return;
    }
    world.note("log", () -> index + " ends the hold of " + lock + " by " + holder.owner());
    attempt.freed = true;
    long since = byRelease ? Math.min(attempt.givenBackNanos, world.now()) : world.now();
    state(attempt.lock).wrote(0, since, world.now());
    if (leasesAreExact && attempt.isBelieved()) {
      world.violate(
          "lease",
          "the log ends the hold of %s by %s, which believes in it for %s more"
              .formatted(lock, attempt.owner(), remaining(attempt)));
    }
    long token = holder.token().value();
    switch (attempt.state) {
      case ASKING -> {
        world.coverage().mark("client: hold ended before its client heard of it");
        note(
            attempt.lock,
            it -> {
              it.ok(attempt.process, LockValue.token(token), world.now());
              end(it, attempt, token);
            });
      }
      case HELD -> {
        world.coverage().mark("lease: ended by the log");
        forgetLater(attempt);
        end(builder(attempt.lock), attempt, token);
      }
      case RELEASING -> {
        if (!byRelease) {
          endRelease(attempt);
        }
      }
      case REFUSED, OVER -> {
        // Said already.
      }
    }
  }

  /** Its client may still believe in it, which the next grant shows. */
  private void forgetLater(Attempt attempt) {
    world.afterMillis(10_000, () -> forget(attempt));
  }

  private void end(HistoryBuilder history, Attempt attempt, long token) {
    history.invoke(attempt.process, "release", attempt.lock, value(attempt, token), world.now());
    history.ok(attempt.process, null, world.now());
    attempt.state = Attempt.State.OVER;
  }
}
