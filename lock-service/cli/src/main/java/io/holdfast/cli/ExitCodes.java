package io.holdfast.cli;

/** What the command's exit codes mean. They are part of its interface: see docs/cli.md. */
final class ExitCodes {
  static final int OK = 0;

  /** A definite no: the lock is busy, the token is not current, the caller is not the holder. */
  static final int REFUSED = 1;

  /** The command line or a value on it is wrong; nothing was sent. */
  static final int USAGE = 2;

  /** The request may or may not have taken effect. */
  static final int OUTCOME_UNKNOWN = 3;

  /** No peer could be reached, or the cluster has no leader. Nothing took effect. */
  static final int UNAVAILABLE = 4;

  /** {@code lock}: the lock was not granted within the wait; the command was not run. */
  static final int LOCK_NOT_GRANTED = 75;

  /** {@code lock}: the lease was lost while the command ran. */
  static final int LEASE_LOST = 76;

  /** {@code lock}: the command could not be started. */
  static final int COMMAND_NOT_STARTED = 127;

  private ExitCodes() {}
}
