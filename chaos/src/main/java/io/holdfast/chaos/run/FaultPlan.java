package io.holdfast.chaos.run;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * When which fault is made. The same seed and settings give the same plan.
 *
 * @param faults in the order of time; they do not overlap
 */
public record FaultPlan(List<Planned> faults) {
  /** Of the time from one fault to the next; the rest is for the peers to come back. */
  private static final double LASTS_MAX = 0.8;

  /** Copies the list. */
  public FaultPlan {
    faults = List.copyOf(faults);
  }

  /**
   * One fault to come.
   *
   * @param nemesis its name
   * @param atMillis after the beginning of the run
   * @param lastsMillis until it is healed
   * @param seed of what it draws: whom it hits and how
   */
  public record Planned(String nemesis, long atMillis, long lastsMillis, long seed) {}

  /**
   * Draws a plan: one fault in each slot, every kind once before any kind twice.
   *
   * @param nemeses names; none gives an empty plan
   * @param fromMillis end of the warm-up
   * @param toMillis end of the last slot
   * @param everyMillis length of a slot; they are longer where the time allows no whole number of
   *     them, and shorter where it would not suffice for one fault of each kind
   */
  public static FaultPlan draw(
      List<String> nemeses, long fromMillis, long toMillis, long everyMillis, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Planned> planned = new ArrayList<>();
    if (nemeses.isEmpty()) {
      return new FaultPlan(planned);
    }
    long whole = toMillis - fromMillis;
    int slots = (int) Math.max(nemeses.size(), whole / everyMillis);
    long slotMillis = whole / slots;
    List<String> bag = new ArrayList<>();
    for (int slot = 0; slot < slots; slot++) {
      if (bag.isEmpty()) {
        bag.addAll(nemeses);
      }
      String nemesis = bag.remove(random.nextInt(bag.size()));
      long at = fromMillis + slot * slotMillis + part(random, slotMillis, 0.05, 0.15);
      long lasts = Math.min((long) (LASTS_MAX * everyMillis), part(random, slotMillis, 0.35, 0.6));
      planned.add(new Planned(nemesis, at, lasts, random.nextLong()));
    }
    return new FaultPlan(planned);
  }

  private static long part(SplittableRandom random, long of, double least, double most) {
    return (long) (of * random.nextDouble(least, most));
  }
}
