package io.holdfast.chaos.history;

import io.holdfast.client.ClientClosedException;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.LeaseLostException;
import io.holdfast.client.RefusedException;
import io.holdfast.client.SessionLostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Tells definite refusals and unknown outcomes apart. */
public final class Outcomes {
  private Outcomes() {}

  /**
   * What an exception says about an operation.
   *
   * @param definite whether the operation certainly had no effect and will have none
   * @param error a word for the kind of failure, stable enough to count by
   */
  public record Failure(boolean definite, String error, String message) {}

  /**
   * An exception that says by itself whether the outcome is known; of other ways than the client.
   */
  public static final class OutcomeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean definite;
    private final String error;

    /** As {@link Failure}. */
    public OutcomeException(boolean definite, String error, String message) {
      super(message);
      this.definite = definite;
      this.error = error;
    }
  }

  /** What the exception means. Whatever is not known to be definite is unknown. */
  public static Failure failure(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof OutcomeException told) {
      return new Failure(told.definite, told.error, message);
    }
    String error = cause.getClass().getSimpleName().replace("Exception", "");
    return new Failure(isDefinite(cause), error, message);
  }

  /**
   * The end of a session is a definite refusal of what was asked under it, but what was asked may
   * have taken effect before the session ended, and ended with it.
   */
  private static boolean isDefinite(Throwable cause) {
    if (cause instanceof SessionLostException
        || cause instanceof LeaseLostException
        || cause instanceof ClientClosedException) {
      return false;
    }
    return cause instanceof HoldfastException && cause instanceof RefusedException;
  }
}
