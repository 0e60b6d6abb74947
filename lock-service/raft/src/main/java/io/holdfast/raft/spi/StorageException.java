package io.holdfast.raft.spi;

/**
 * Stored data cannot be read or written. The message names the file, the offset or record, and the
 * operator's next step. The data is left as it is.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message) {
    super(message);
  }

  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
