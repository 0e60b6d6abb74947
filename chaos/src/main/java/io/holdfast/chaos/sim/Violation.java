package io.holdfast.chaos.sim;

/**
 * What must never happen, and did.
 *
 * @param check its short name, such as {@code I6} or {@code history}
 * @param message what was seen, in a sentence
 * @param atNanos virtual time since the beginning
 */
public record Violation(String check, String message, long atNanos) {
  @Override
  public String toString() {
    return check + " at " + atNanos / 1_000_000 + " ms: " + message;
  }
}
