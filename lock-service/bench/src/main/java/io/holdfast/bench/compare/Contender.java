package io.holdfast.bench.compare;

import java.util.List;

/**
 * A lock service that is compared.
 *
 * @param durability where an answered request is safe
 * @param factory class name of its {@code LockSystem.Factory}
 * @param failsOver whether its members elect another leader by themselves
 */
record Contender(
    String id,
    String title,
    String durability,
    String factory,
    boolean failsOver,
    Requirement requirement) {
  static final Contender HOLDFAST =
      new Contender(
          "holdfast",
          "Holdfast",
          "majority, fsync",
          "io.holdfast.bench.holdfast.Holdfast$Factory",
          true,
          Requirement.nothing());

  /** Holdfast first: the others are set in relation to it. */
  static final List<Contender> ALL = List.of(HOLDFAST);

  static Contender parse(String id) {
    return ALL.stream()
        .filter(it -> it.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + id + "' is none of " + String.join(", ", ids())));
  }

  static List<String> ids() {
    return ALL.stream().map(Contender::id).toList();
  }
}
