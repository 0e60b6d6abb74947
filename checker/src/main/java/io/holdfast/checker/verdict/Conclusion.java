package io.holdfast.checker.verdict;

/** What a check concludes. */
public enum Conclusion {
  /** There is an order of the operations that the model allows. */
  VALID,
  /** There is none. */
  INVALID,
  /** A budget ran out, or the check was stopped, before either was shown. */
  UNKNOWN;

  /**
   * The overall conclusion of two parts: one invalid part decides, one unknown part leaves open.
   */
  public Conclusion and(Conclusion other) {
    if (this == INVALID || other == INVALID) {
      return INVALID;
    }
    return this == UNKNOWN || other == UNKNOWN ? UNKNOWN : VALID;
  }

  /** The word for it in reports: {@code valid}, {@code invalid} or {@code unknown}. */
  public String word() {
    return switch (this) {
      case VALID -> "valid";
      case INVALID -> "invalid";
      case UNKNOWN -> "unknown";
    };
  }
}
