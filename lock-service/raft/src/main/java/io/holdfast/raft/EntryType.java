package io.holdfast.raft;

/** What an entry's payload is. The codes are part of the disk and wire formats. */
public enum EntryType {
  /** The empty entry a new leader appends (thesis §6.4). */
  NO_OP(0),
  /** A command of the state machine. */
  COMMAND(1),
  /** A {@link Configuration}, in force from the moment it is appended (thesis §4.1). */
  CONFIGURATION(2);

  private final int code;

  EntryType(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * @throws IllegalArgumentException if no type has this code
   */
  public static EntryType of(int code) {
    return switch (code) {
      case 0 -> NO_OP;
      case 1 -> COMMAND;
      case 2 -> CONFIGURATION;
      default -> throw new IllegalArgumentException("unknown entry type " + code);
    };
  }
}
