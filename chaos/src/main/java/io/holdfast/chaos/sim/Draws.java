package io.holdfast.chaos.sim;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random sources that do not disturb each other: each is drawn from the seed and from the name of
 * the part that uses it, so that one more draw in one part leaves all others as they were.
 */
final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;

  Draws(long seed) {
    this.seed = seed;
  }

  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A source for a part, always the same for the same name and number. */
  RandomGenerator of(String part, long number) {
    long name = 0;
    for (int i = 0; i < part.length(); i++) {
      name = name * 31 + part.charAt(i);
    }
    return new SplittableRandom(mix(mix(seed + GOLDEN) + mix(name) * 3 + mix(number + GOLDEN)));
  }

  static long between(RandomGenerator random, long min, long max) {
    return min + (long) (random.nextDouble() * (max - min));
  }

  static boolean chance(RandomGenerator random, double probability) {
    return random.nextDouble() < probability;
  }

  @SafeVarargs
  static <T> T oneOf(RandomGenerator random, T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
