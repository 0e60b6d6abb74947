package io.holdfast.chaos.planted;

import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Runs the simulation on code with a planted bug in it. */
public final class BugHunter {
  private final Planter planter;

  public BugHunter(Planter planter) {
    this.planter = planter;
  }

  /**
   * Plants a bug and readies the simulation for it. The classes are loaded once, so that one probe
   * serves many seeds.
   *
   * @throws PlantedBugException if the bug cannot be planted in these sources
   */
  public Hunt.Probe probe(PlantedBug bug) {
    return probe(load(bug, SeedProbe.class));
  }

  /** The simulation on the code as it is: what it finds, it would find without a bug as well. */
  public static Hunt.Probe control() {
    return probe(new SeedProbe());
  }

  @SuppressWarnings("unchecked") // SeedProbe, loaded once more, implements the shared interface.
  private static Hunt.Probe probe(Object loaded) {
    LongFunction<@Nullable List<String>> simulation = (LongFunction<@Nullable List<String>>) loaded;
    return seed ->
        Optional.ofNullable(simulation.apply(seed))
            .map(told -> new Finding(seed, told.get(0), told.get(1)));
  }

  /**
   * Plants a bug and makes an object of a class as it is in the faulty code. Only what it shares
   * with this code, types of the platform and of libraries, can be used to speak with it.
   *
   * @param type public, with a public constructor without parameters
   * @throws PlantedBugException if the bug cannot be planted in these sources
   */
  public Object load(PlantedBug bug, Class<?> type) {
    PlantedLoader loader = new PlantedLoader(planter.plant(bug), BugHunter.class.getClassLoader());
    try {
      return loader.loadClass(type.getName()).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new PlantedBugException(type.getName() + " cannot be loaded with bug " + bug.name(), e);
    }
  }
}
