package io.holdfast.chaos.sim;

import io.holdfast.locks.AcquireMode;
import io.holdfast.locks.Command;
import io.holdfast.locks.CommandCodec;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.Holder;
import io.holdfast.locks.LockName;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.locks.LockView;
import io.holdfast.raft.EntryId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the log says of the locks: each entry's result as the first peer that applied it had it, the
 * holds it began and ended, and the digests of the state. All other peers are compared with it.
 */
final class LockTruth {
  private static final int DIGEST_EVERY = 64;
  private static final int CHECK_EVERY = 16;

  /** Hears of holds at the moment at which the first peer applies the entry. */
  interface Listener {
    void granted(LockName lock, Holder holder, long index);

    /**
     * A hold ended.
     *
     * @param byRelease whether by its holder's own request
     */
    void freed(LockName lock, Holder holder, long index, boolean byRelease);
  }

  private final SimWorld world;
  private final List<LockName> names = new ArrayList<>();
  private final Map<LockName, Map<Long, Holder>> holds = new TreeMap<>();
  private final Map<LockName, Long> lastTokens = new HashMap<>();
  private final Map<Long, CommandResult> results = new HashMap<>();
  private final Map<Long, String> digests = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final QueueOrder order;
  private final List<Consumer<List<Long>>> expiryListeners = new ArrayList<>();
  private long appliedIndex;

  LockTruth(SimWorld world) {
    this.world = world;
    this.order = new QueueOrder(world);
  }

  /** Follows a lock. */
  void follow(String name) {
    names.add(LockName.of(name));
  }

  void listen(Listener listener) {
    listeners.add(listener);
  }

  /** A lock and one of its holders. */
  record Held(LockName lock, Holder holder) {}

  /** One of the holds that the log knows of, if there are any. */
  Optional<Held> anyHold(RandomGenerator random) {
    List<Held> held = new ArrayList<>();
    holds.forEach(
        (lock, holders) -> holders.values().forEach(holder -> held.add(new Held(lock, holder))));
    return held.isEmpty() ? Optional.empty() : Optional.of(held.get(random.nextInt(held.size())));
  }

  /** Is told of sessions at the moment at which the first peer applies their expiry. */
  void onExpiry(Consumer<List<Long>> listener) {
    expiryListeners.add(listener);
  }

  long appliedIndex() {
    return appliedIndex;
  }

  void applied(PeerHost peer, EntryId id, CommandResult result, byte @Nullable [] command) {
    long index = id.index();
    CommandResult known = results.putIfAbsent(index, result);
    if (known != null && !known.equals(result)) {
      world.violate(
          "I7", peer.id() + " got " + result + " from entry " + id + ", another got " + known);
    }
    if (index > appliedIndex) {
      appliedIndex = index;
      world.mix(index * 31 + id.term());
      lookAtLocks(peer.machine(), index, command);
      if (result instanceof CommandResult.SessionsExpired expired) {
        expiryListeners.forEach(listener -> listener.accept(expired.sessions()));
      }
      if (index % CHECK_EVERY == 0) {
        checkMachine(peer);
      }
    }
    if (index % DIGEST_EVERY == 0) {
      compareDigest(peer, index);
    }
  }

  private void checkMachine(PeerHost peer) {
    try {
      peer.machine().checkInvariants();
    } catch (IllegalStateException broken) {
      world.violate("I16", peer.id() + " has a broken lock state: " + broken.getMessage());
    }
  }

  void restored(PeerHost peer, EntryId last) {
    compareDigest(peer, last.index());
  }

  private void compareDigest(PeerHost peer, long index) {
    String digest = peer.machine().stateDigest();
    String known = digests.putIfAbsent(index, digest);
    if (known != null && !known.equals(digest)) {
      world.violate("I15", peer.id() + " has another state than others had after entry " + index);
    }
  }

  private void lookAtLocks(LockStateMachine machine, long index, byte @Nullable [] command) {
    for (LockName name : names) {
      Optional<LockView> view = machine.lock(name);
      if (view.isPresent() && view.get().changedAt() == index) {
        compare(view.get(), index, isRelease(command, name));
      }
    }
  }

  private static boolean isRelease(byte @Nullable [] command, LockName name) {
    return command != null
        && CommandCodec.decode(command) instanceof Command.Release release
        && release.lock().equals(name);
  }

  private void compare(LockView view, long index, boolean byRelease) {
    Map<Long, Holder> before = holds.computeIfAbsent(view.name(), none -> new TreeMap<>());
    Map<Long, Holder> after = new TreeMap<>();
    view.holders().forEach(holder -> after.put(holder.token().value(), holder));
    for (Holder holder : List.copyOf(before.values())) {
      if (!after.containsKey(holder.token().value())) {
        before.remove(holder.token().value());
        listeners.forEach(it -> it.freed(view.name(), holder, index, byRelease));
      }
    }
    for (Holder holder : after.values()) {
      if (before.putIfAbsent(holder.token().value(), holder) == null) {
        checkToken(view.name(), holder);
        order.granted(view, holder);
        listeners.forEach(it -> it.granted(view.name(), holder, index));
      }
    }
    order.noted(view);
    checkHolders(view);
  }

  private void checkToken(LockName name, Holder holder) {
    Long last = lastTokens.put(name, holder.token().value());
    if (last != null && last >= holder.token().value()) {
      world.violate("I16", name + " was granted with token " + holder.token() + " after " + last);
    }
  }

  private void checkHolders(LockView view) {
    int used = 0;
    boolean alone = false;
    for (Holder holder : view.holders()) {
      alone |= holder.mode() == AcquireMode.ReadWrite.EXCLUSIVE;
      used += holder.mode() instanceof AcquireMode.Semaphore permits ? permits.permits() : 0;
    }
    if ((alone && view.holderCount() > 1) || used > Math.max(0, view.semaphoreLimit())) {
      world.violate("I16", view.name() + " has holders that exclude each other: " + view.holders());
    }
  }
}
