package io.holdfast.locks;

import java.util.List;

/**
 * A number kept beside each remembered answer, so that a request id used for a second, different
 * request is noticed instead of answered with the first one's result. Made of {@link
 * String#hashCode} and sums, which are specified and so equal on every peer; a record's or an
 * enum's own hash is not.
 */
final class Fingerprint {
  private Fingerprint() {}

  static int of(Command.Acquire acquire) {
    return mix(mix(mix(1, acquire.owner()), acquire.lock()), acquire.mode());
  }

  static int of(Command.AcquireAll acquire) {
    return mix(mix(2, acquire.owner()), acquire.items());
  }

  static int of(Command.Release release) {
    int hash = mix(mix(3, release.owner()), release.lock());
    return mix(hash, Long.hashCode(release.token().value()));
  }

  static int of(Command.Publish publish) {
    int hash = mix(mix(4, publish.owner()), publish.lock());
    return mix(mix(hash, Long.hashCode(publish.token().value())), publish.value().hashCode());
  }

  private static int mix(int hash, List<Command.Item> items) {
    int mixed = hash;
    for (Command.Item item : items) {
      mixed = mix(mix(mixed, item.lock()), item.mode());
    }
    return mixed;
  }

  private static int mix(int hash, LockName lock) {
    return mix(hash, lock.value());
  }

  private static int mix(int hash, AcquireMode mode) {
    return mix(mix(hash, Demand.of(mode)), Demand.semaphoreLimit(mode));
  }

  private static int mix(int hash, String text) {
    return mix(hash, text.hashCode());
  }

  private static int mix(int hash, int value) {
    return 31 * hash + value;
  }
}
