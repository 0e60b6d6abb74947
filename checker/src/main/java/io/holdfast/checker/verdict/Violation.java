package io.holdfast.checker.verdict;

/** The name of what went wrong, for people. */
public enum Violation {
  /** The lock was granted while somebody else held it. */
  DOUBLE_GRANT("double grant"),
  /** A later grant carried a smaller token. */
  TOKEN_REGRESSION("token regression"),
  /** Two grants carried the same token. */
  TOKEN_REUSE("token reuse"),
  /** Tokens are dense, but one was left out. */
  TOKEN_GAP("token gap"),
  /** A release by a process that did not hold the lock was accepted. */
  RELEASE_BY_NON_HOLDER("release by a non-holder accepted"),
  /** The holder's release was refused. */
  RELEASE_REFUSED("release by the holder refused"),
  /** A request was refused although the lock was free. */
  BUSY_WHILE_FREE("busy while free"),
  /** A read returned what was no longer, or not yet, so. */
  STALE_READ("stale read"),
  /** A read returned what nobody ever wrote. */
  READ_OF_NOTHING("read of a value never written"),
  /** The lock was granted, or a hold ended, before the lease had run out. */
  GRANT_BEFORE_EXPIRY("grant before expiry"),
  /** A lease was renewed that had ended. */
  RENEWAL_AFTER_END("renewal after the end of the hold"),
  /** More permits were out than the semaphore has. */
  TOO_MANY_PERMITS("too many permits"),
  /** An element left the queue out of order, twice, or without having entered. */
  OUT_OF_ORDER("out of order"),
  /** An update that was acknowledged is missing. */
  LOST_UPDATE("lost update"),
  /** No order of the operations fits; nothing more specific is known. */
  NOT_LINEARIZABLE("not linearizable");

  private final String title;

  Violation(String title) {
    this.title = title;
  }

  /** The name in words. */
  public String title() {
    return title;
  }
}
