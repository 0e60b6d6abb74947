package io.holdfast.chaos.planted;

import java.util.List;

/**
 * How a planted bug was found.
 *
 * @param seed the seed that found it
 * @param check the check that did, such as {@code I6}
 * @param message what the check said
 * @param account what a person needs to understand the run, such as its minimised schedule
 */
public record Finding(long seed, String check, String message, List<String> account) {
  public Finding {
    account = List.copyOf(account);
  }
}
