package io.holdfast.chaos.sim;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Prints the hashes of some seeds, for a comparison of two machines. */
final class Hashes {
  private Hashes() {}

  static List<String> of(long firstSeed, int seeds) {
    List<String> hashes = new ArrayList<>();
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      hashes.add(SimRun.run(seed, SimOptions.DRAWN).hashText());
    }
    return hashes;
  }

  public static void main(String[] args) {
    try (PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8)) {
      of(Long.parseLong(args[0]), Integer.parseInt(args[1])).forEach(out::println);
    }
  }
}
