package io.holdfast.api;

/** How a lock is held. The constants' wire names are their lower-case names. */
public enum LockMode {
  /** One holder and no other. */
  EXCLUSIVE("exclusive"),
  /** Any number of shared holders, no exclusive one. */
  SHARED("shared"),
  /** A number of permits out of a limit that the lock's first user fixed. */
  SEMAPHORE("semaphore");

  private final String wireName;

  LockMode(String wireName) {
    this.wireName = wireName;
  }

  /** The mode's name in messages. */
  public String wireName() {
    return wireName;
  }
}
