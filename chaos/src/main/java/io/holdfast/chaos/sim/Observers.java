package io.holdfast.chaos.sim;

import io.holdfast.api.Event;
import io.holdfast.client.Leader;
import io.holdfast.client.Lease;
import io.holdfast.client.WatchListener;
import io.holdfast.locks.Holder;
import io.holdfast.locks.LockName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Watches and observed elections: each event once, in the order of the log, none missing and none
 * made up; leaders with growing tokens, each with the value it published.
 */
final class Observers implements LockTruth.Listener {
  static final String ELECTION = "election";
  private static final String WATCHED = "lock-";

  /** Makes a snapshot so large that its transfer takes several chunks. */
  private static final int PADDING_MAX = 4_000;

  private final SimWorld world;
  private final String padding;
  private final Set<Seen> truth = new HashSet<>();
  private final List<Seen> truthInOrder = new ArrayList<>();
  private final List<Watching> watches = new ArrayList<>();

  private record Seen(long index, String lock, long token, boolean granted) {}

  Observers(SimWorld world) {
    this.world = world;
    boolean large = Draws.chance(world.draws().of("padding", 0), 0.5);
    this.padding = large ? " ".repeat(PADDING_MAX) : "";
  }

  /** Two of the clients look on. */
  void begin(ClientHost host) {
    if (host.number() == 0) {
      Watching watching = new Watching(host);
      watches.add(watching);
      var unused = host.client().watch(WATCHED, watching);
    } else if (host.number() == 1) {
      Observing observing = new Observing(host);
      var unused = host.client().election(ELECTION).observe(observing::leader);
    }
  }

  /** The value that a leader publishes: it names its token. */
  String publishes(Lease lease) {
    return value(lease.token());
  }

  private String value(long token) {
    return "token " + token + padding;
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
      Seen seen = new Seen(index, lock.value(), holder.token().value(), granted);
      truth.add(seen);
      truthInOrder.add(seen);
    }
  }

  /** What a living client was not told of yet; nothing once all has come to rest. */
  Optional<String> missing() {
    return watches.stream()
        .filter(watching -> !watching.host.isDead())
        .flatMap(watching -> watching.missing().stream())
        .findFirst();
  }

  private final class Watching implements WatchListener {
    private final ClientHost host;
    private final Set<Seen> seen = new HashSet<>();
    private long from = Long.MAX_VALUE;
    private long last;

    private Watching(ClientHost host) {
      this.host = host;
    }

    @Override
    public void changed(Event.LockChanged change) {
      if (change.index() < last) {
        world.violate("watch", host.name() + " saw " + change + " after index " + last);
      }
      last = change.index();
      from = Math.min(from, change.index());
      boolean granted = change.change() == Event.Change.GRANTED;
      boolean freed =
          change.change() == Event.Change.RELEASED
              || change.change() == Event.Change.EXPIRED
              || change.change() == Event.Change.FORCED;
      if (granted || freed) {
        Seen event = new Seen(change.index(), change.lock(), change.token(), granted);
        world.mix(event.index() * 2 + (granted ? 1 : 0));
        if (!seen.add(event)) {
          world.violate("watch", host.name() + " saw twice: " + change);
        } else if (!truth.contains(event)) {
          world.violate("watch", host.name() + " saw what did not happen: " + change);
        }
      }
    }

    @Override
    public void reset(long index) {
      world.coverage().mark("watch: events lost and told so");
      seen.clear();
      last = index;
      from = index + 1;
    }

    private Optional<String> missing() {
      return truthInOrder.stream()
          .filter(happened -> happened.index() > from && !seen.contains(happened))
          .findFirst()
          .map(happened -> host.name() + " was never told of " + happened);
    }
  }

  private final class Observing {
    private final ClientHost host;
    private long last;

    private Observing(ClientHost host) {
      this.host = host;
    }

    private void leader(Optional<Leader> told) {
      if (told.isEmpty()) {
        return;
      }
      Leader leader = told.get();
      world.mix(leader.token());
      if (leader.token() < last) {
        world.violate("election", host.name() + " saw leader " + leader + " after token " + last);
      }
      last = leader.token();
      if (leader.value().isPresent() && !leader.value().get().equals(value(leader.token()))) {
        world.violate("election", host.name() + " saw " + leader + " with another's value");
      }
    }
  }
}
