package io.holdfast.client;

import io.holdfast.api.Reply;
import java.util.List;

/** Waiting would have closed a cycle of waiters, so the request was refused. */
public final class DeadlockException extends RefusedException {
  private static final long serialVersionUID = 1L;

  DeadlockException(Reply.Failed detail) {
    super(detail);
  }

  /** The holders and locks that would wait for each other, in order; may be empty. */
  public List<String> cycle() {
    return detail().cycle();
  }
}
