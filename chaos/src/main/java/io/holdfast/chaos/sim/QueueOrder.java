package io.holdfast.chaos.sim;

import io.holdfast.locks.Holder;
import io.holdfast.locks.LockName;
import io.holdfast.locks.LockView;
import io.holdfast.locks.Waiter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Locks are granted in the order of the log: nobody passes an earlier request that still waits. */
final class QueueOrder {
  private final SimWorld world;
  private final Map<LockName, List<Waiter>> waitersBefore = new HashMap<>();

  QueueOrder(SimWorld world) {
    this.world = world;
  }

  /** A hold began in the step that led to this view. */
  void granted(LockView view, Holder holder) {
    for (Waiter earlier : waitersBefore.getOrDefault(view.name(), List.of())) {
      if (earlier.session() == holder.session() && earlier.owner().equals(holder.owner())) {
        return;
      }
      if (stillWaits(view, earlier)) {
        world.violate(
            "S161",
            "%s is granted to %s of session %d past %s of session %d, which has waited since entry %d"
                .formatted(
                    view.name(),
                    holder.owner(),
                    holder.session(),
                    earlier.owner(),
                    earlier.session(),
                    earlier.queuedAt()));
        return;
      }
    }
  }

  private static boolean stillWaits(LockView view, Waiter earlier) {
    for (Waiter waiter : view.waiters()) {
      if (waiter.session() == earlier.session()
          && waiter.owner().equals(earlier.owner())
          && waiter.queuedAt() == earlier.queuedAt()) {
        return true;
      }
    }
    return false;
  }

  /** The step is over. */
  void noted(LockView view) {
    if (view.waiters().isEmpty()) {
      waitersBefore.remove(view.name());
    } else {
      waitersBefore.put(view.name(), view.waiters());
    }
  }
}
