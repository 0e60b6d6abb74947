package io.holdfast.chaos.sim;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.locks.Holder;
import io.holdfast.locks.LockName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Watches from an index of its own choice, at one peer after the other. Unless it is told that
 * events were lost, it must see every one from that index on: the production client asks for an
 * event that it has seen already, and would not notice when that alone is missing.
 */
final class Onlooker implements LockTruth.Listener {
  private static final String WATCHED = "lock-";
  private static final int PAUSE_MILLIS_MAX = 700;
  private static final int BACK_EVENTS_MAX = 30;

  private final SimWorld world;
  private final Cluster cluster;
  private final RandomGenerator random;
  private final List<Seen> happened = new ArrayList<>();
  private boolean stopped;

  private record Seen(long index, String lock, long token, boolean granted) {}

  Onlooker(SimWorld world, Cluster cluster) {
    this.world = world;
    this.cluster = cluster;
    this.random = world.draws().of("onlooker", 0);
  }

  void start() {
    world.afterMillis(random.nextInt(PAUSE_MILLIS_MAX), this::watch);
  }

  /** Watches nothing more. */
  void stop() {
    stopped = true;
  }

  @Override
  public void granted(LockName lock, Holder holder, long index) {
    note(lock, holder, index, true);
  }

  @Override
  public void freed(LockName lock, Holder holder, long index, boolean byRelease) {
    note(lock, holder, index, false);
  }

  private void note(LockName lock, Holder holder, long index, boolean granted) {
    if (lock.value().startsWith(WATCHED)) {
      happened.add(new Seen(index, lock.value(), holder.token().value(), granted));
    }
  }

  private void watch() {
    if (stopped) {
      return;
    }
    PeerHost peer = cluster.peers().get(random.nextInt(cluster.peers().size()));
    int first = happened.size() - 1 - random.nextInt(BACK_EVENTS_MAX);
    long lasts = 1L + random.nextInt(PAUSE_MILLIS_MAX);
    if (peer.isUp() && first >= 0) {
      Look look = new Look(happened.get(first).index());
      Request request = new Request.Watch(null, WATCHED, look.from);
      int life = peer.lives();
      if (peer.service().submit(look, "", List.of(new RequestMessage(1, request)))) {
        world.afterMillis(
            lasts,
            () -> {
              if (peer.isUp() && peer.lives() == life) {
                peer.service().closed(look);
              }
            });
      }
    }
    world.afterMillis(lasts, this::watch);
  }

  /** One connection with one watch. */
  private final class Look implements AskingChannel {
    private final long from;
    private final Set<Seen> seen = new HashSet<>();
    private boolean complete = true;
    private long last;
    private int checked;

    private Look(long from) {
      this.from = from;
      this.last = from;
      while (checked < happened.size() && happened.get(checked).index() < from) {
        checked++;
      }
    }

    @Override
    public void reply(long id, Reply reply) {
      complete &= reply instanceof Reply.Watching watching && !watching.reread();
    }

    @Override
    public void event(Event event) {
      complete &= !(event instanceof Event.WatchReset);
      if (complete && event instanceof Event.LockChanged change) {
        see(change);
      }
    }

    private void see(Event.LockChanged change) {
      if (change.index() > last) {
        last = change.index();
        checkSeenBefore(last);
      }
      boolean granted = change.change() == Event.Change.GRANTED;
      seen.add(new Seen(change.index(), change.lock(), change.token(), granted));
    }

    /** What happened before this entry has been told, because events come in their order. */
    private void checkSeenBefore(long index) {
      while (checked < happened.size() && happened.get(checked).index() < index) {
        Seen one = happened.get(checked++);
        if (!seen.contains(one)) {
          world.violate(
              "watch", "a watch from entry " + from + " was at " + index + " without " + one);
        }
      }
      if (!seen.isEmpty()) {
        world.coverage().mark("watch: from an index of the past");
      }
    }
  }
}
