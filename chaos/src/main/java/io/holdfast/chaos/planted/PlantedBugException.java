package io.holdfast.chaos.planted;

/** A planted bug is unknown, or its definition does not fit the sources of this checkout. */
public final class PlantedBugException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PlantedBugException(String message) {
    super(message);
  }

  PlantedBugException(String message, Throwable cause) {
    super(message, cause);
  }
}
