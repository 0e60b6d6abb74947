package io.holdfast.server.security;

/** What a principal may be allowed to do with the locks of a prefix. */
public enum Permission {
  /** Acquire, release, withdraw, publish. */
  ACQUIRE("acquire"),
  /** Read, list, check, watch. */
  READ("read"),
  /** Take a lock from its holders. On the empty prefix also: list sessions, inject faults. */
  ADMIN("admin");

  private final String wireName;

  Permission(String wireName) {
    this.wireName = wireName;
  }

  /** Its name in the principals file and in refusals. */
  public String wireName() {
    return wireName;
  }
}
