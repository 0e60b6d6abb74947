package io.holdfast.server.security;

import java.util.List;
import java.util.Set;

/**
 * Somebody who may use the service.
 *
 * @param name unique; recorded with the sessions it opens
 * @param grants what it may do; what no grant allows is refused
 */
public record Principal(String name, List<Grant> grants) {
  /**
   * Permissions for every lock whose name begins with a prefix.
   *
   * @param prefix plain text; empty for every lock
   */
  public record Grant(String prefix, Set<Permission> permissions) {
    /** Copies the set. */
    public Grant {
      permissions = Set.copyOf(permissions);
    }
  }

  /** Copies the list. */
  public Principal {
    grants = List.copyOf(grants);
  }

  /**
   * Whether a permission covers a lock, or every lock with a prefix.
   *
   * @param nameOrPrefix the lock's name, or a prefix all of whose locks are meant
   */
  public boolean may(Permission permission, String nameOrPrefix) {
    for (Grant grant : grants) {
      if (grant.permissions().contains(permission) && nameOrPrefix.startsWith(grant.prefix())) {
        return true;
      }
    }
    return false;
  }
}
