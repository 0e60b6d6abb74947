package io.holdfast.locks;

import java.util.List;

/**
 * An acquire of one lock or of several, in one form.
 *
 * @param items in the order of names
 * @param all whether the answer is one for all
 * @param waitMillis how long it may wait
 * @param fingerprint of the command, see {@link Fingerprint}
 */
record Asking(
    Asker asker, List<Command.Item> items, boolean all, long waitMillis, int fingerprint) {
  int size() {
    return items.size();
  }

  LockName lock(int at) {
    return items.get(at).lock();
  }

  AcquireMode mode(int at) {
    return items.get(at).mode();
  }

  int demand(int at) {
    return Demand.of(items.get(at).mode());
  }
}
