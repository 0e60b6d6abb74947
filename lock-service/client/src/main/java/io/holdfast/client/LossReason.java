package io.holdfast.client;

/** Why a lease is lost. */
public enum LossReason {
  /** The session was not kept alive in time: by the local clock it may be over at the service. */
  EXPIRED,
  /** The service ended the session. */
  SESSION_ENDED,
  /** An administrator took the lock. */
  REVOKED,
  /** The application closed the session or the client. */
  CLOSED
}
