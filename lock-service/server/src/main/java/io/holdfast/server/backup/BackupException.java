package io.holdfast.server.backup;

/** A backup cannot be read, or cannot be restored. The message names the file and the next step. */
public final class BackupException extends Exception {
  private static final long serialVersionUID = 1L;

  public BackupException(String message) {
    super(message);
  }

  public BackupException(String message, Throwable cause) {
    super(message, cause);
  }
}
