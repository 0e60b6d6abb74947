package io.holdfast.locks;

import java.util.ArrayList;
import java.util.List;

/**
 * The snapshot views that are being read. Before a lock or a session changes for the first time
 * after a view was opened, the view takes its encoding as it was, unless it has read it already.
 */
final class OpenViews {
  private final List<StateView> open = new ArrayList<>(1);
  private int newest;

  /** The number of the view opened last; what is created now belongs to none up to it. */
  int newest() {
    return newest;
  }

  /** Numbers a view and lets it see changes from now on. */
  int add(StateView view) {
    open.add(view);
    return ++newest;
  }

  void remove(StateView view) {
    open.remove(view);
  }

  void beforeChange(LockRecord lock) {
    if (lock.settledForView == newest || open.isEmpty()) {
      return;
    }
    for (StateView view : open) {
      if (lock.settledForView < view.number()) {
        view.keep(lock);
      }
    }
    lock.settledForView = newest;
  }

  void beforeChange(SessionRecord session) {
    if (session.settledForView == newest || open.isEmpty()) {
      return;
    }
    for (StateView view : open) {
      if (session.settledForView < view.number()) {
        view.keep(session);
      }
    }
    session.settledForView = newest;
  }
}
