package io.holdfast.chaos.workload;

import java.util.ArrayList;
import java.util.List;

/**
 * Names of locks that are given up for new ones after some use, or at once after an unknown
 * outcome: a search over a history is exponential in what is unknown, so no lock has much of it.
 */
final class KeyRing {
  private final String prefix;
  private final int usesMax;
  private final List<Integer> generations = new ArrayList<>();
  private final List<Integer> uses = new ArrayList<>();

  /**
   * Names that begin alike.
   *
   * @param slots names in use at a time
   * @param usesMax uses after which a name is given up; a large number keeps it
   */
  KeyRing(String prefix, int slots, int usesMax) {
    this.prefix = prefix;
    this.usesMax = usesMax;
    for (int slot = 0; slot < slots; slot++) {
      generations.add(0);
      uses.add(0);
    }
  }

  int slots() {
    return generations.size();
  }

  /** The name in this slot, used once more. */
  String use(int slot) {
    int used = uses.get(slot) + 1;
    uses.set(slot, used);
    String name = name(slot);
    if (used >= usesMax) {
      renew(slot, name);
    }
    return name;
  }

  String name(int slot) {
    return prefix + slot + "." + generations.get(slot);
  }

  /** Every name the slot has had, the present one last. */
  List<String> all(int slot) {
    List<String> names = new ArrayList<>();
    for (int generation = 0; generation <= generations.get(slot); generation++) {
      names.add(prefix + slot + "." + generation);
    }
    return names;
  }

  /** Gives the name up, if it still is the slot's. */
  void renew(int slot, String name) {
    if (name.equals(name(slot))) {
      generations.set(slot, generations.get(slot) + 1);
      uses.set(slot, 0);
    }
  }
}
