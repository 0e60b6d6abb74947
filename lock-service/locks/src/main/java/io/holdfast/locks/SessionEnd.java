package io.holdfast.locks;

/** Why a session is no more. */
public enum SessionEnd {
  /** The leader heard nothing of it for its TTL. */
  EXPIRED,
  /** It was closed. */
  CLOSED
}
