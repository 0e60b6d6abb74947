package io.holdfast.chaos.cli;

import io.holdfast.chaos.report.RunRecord;

/** Exit codes of the commands that judge runs. */
final class RunExit {
  static final int VALID = 0;
  static final int INVALID = 1;
  static final int USAGE = 2;
  static final int UNKNOWN = 3;

  private RunExit() {}

  static int of(RunRecord record) {
    return switch (record.conclusion()) {
      case "valid" -> VALID;
      case "invalid" -> INVALID;
      default -> UNKNOWN;
    };
  }

  /** The worse of two. */
  static int worse(int one, int other) {
    if (one == INVALID || other == INVALID) {
      return INVALID;
    }
    return Math.max(one, other);
  }
}
