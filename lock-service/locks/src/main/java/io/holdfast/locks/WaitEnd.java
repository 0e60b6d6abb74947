package io.holdfast.locks;

/** Why a wait ended without a grant. */
public enum WaitEnd {
  /** The client withdrew it. */
  CANCELLED,
  /** It waited as long as the client allowed. */
  TIMEOUT,
  /** Its session ended. */
  SESSION_ENDED,
  /** The same owner asked again for a lock of it under another request id. */
  REPLACED
}
