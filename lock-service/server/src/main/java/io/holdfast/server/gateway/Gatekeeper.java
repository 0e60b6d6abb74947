package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.server.security.Permission;
import io.holdfast.server.security.Principal;
import io.holdfast.server.security.Principals;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Tells who a client is and whether it may do what it asks. Whether a session is its own is for the
 * peer to judge, which alone knows who opened it.
 */
final class Gatekeeper {
  private static final String BEARER = "Bearer ";
  private static final String EVERY_LOCK = "";

  private final Optional<Principals> principals;

  Gatekeeper(Optional<Principals> principals) {
    this.principals = principals;
  }

  /** False where everybody may do everything. */
  boolean asks() {
    return principals.isPresent();
  }

  /**
   * Finds the principal by a token, or else by the certificate of the connection.
   *
   * @param session of the connection, or null where it has no TLS
   */
  Optional<Principal> identify(@Nullable String token, @Nullable SSLSession session) {
    if (principals.isEmpty()) {
      return Optional.empty();
    }
    if (token != null) {
      return principals.get().byToken(token);
    }
    return subjectOf(session).flatMap(principals.get()::byCertificateSubject);
  }

  /**
   * The token of an Authorization header, or null when the header is missing or of another kind.
   */
  static @Nullable String bearerToken(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return null;
    }
    return header.substring(BEARER.length()).strip();
  }

  static Reply.Failed unknown() {
    return Reply.Failed.of(
        ErrorCode.UNAUTHORIZED,
        "no principal has these credentials; send a bearer token or a client certificate that the"
            + " peer knows");
  }

  /** Why the principal is no administrator of everything, or null when it is. */
  Reply.@Nullable Failed administratorOnly(@Nullable Principal principal) {
    if (principals.isEmpty()) {
      return null;
    }
    return principal == null ? unknown() : everything(principal);
  }

  /** Why the principal may not do it, or null when it may. */
  Reply.@Nullable Failed refusal(@Nullable Principal principal, Request request) {
    if (principals.isEmpty()) {
      return null;
    }
    if (principal == null) {
      return unknown();
    }
    return switch (request.op()) {
      case HELLO, OPEN_SESSION, KEEP_ALIVE, CLOSE_SESSION, ATTACH, CANCEL_WAIT, UNWATCH, CLUSTER ->
          null;
      case ACQUIRE -> lock(principal, Permission.ACQUIRE, ((Request.Acquire) request).lock());
      case ACQUIRE_ALL -> locks(principal, ((Request.AcquireAll) request).locks());
      case RELEASE -> lock(principal, Permission.ACQUIRE, ((Request.Release) request).lock());
      case PUBLISH -> lock(principal, Permission.ACQUIRE, ((Request.Publish) request).lock());
      case CHECK -> lock(principal, Permission.READ, ((Request.Check) request).lock());
      case GET_LOCK -> lock(principal, Permission.READ, ((Request.GetLock) request).lock());
      case LIST_LOCKS -> prefix(principal, ((Request.ListLocks) request).prefix());
      case LIST_SESSIONS,
          MEMBERS,
          ADD_MEMBER,
          PROMOTE_MEMBER,
          DEMOTE_MEMBER,
          REMOVE_MEMBER,
          TRANSFER ->
          everything(principal);
      case WATCH -> watch(principal, (Request.Watch) request);
      case FORCE_RELEASE ->
          lock(principal, Permission.ADMIN, ((Request.ForceRelease) request).lock());
      case FORGET -> lock(principal, Permission.ADMIN, ((Request.Forget) request).lock());
    };
  }

  private static Reply.@Nullable Failed locks(Principal principal, List<String> names) {
    for (String name : names) {
      Reply.Failed refusal = lock(principal, Permission.ACQUIRE, name);
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }

  private static Reply.@Nullable Failed watch(Principal principal, Request.Watch watch) {
    if (watch.lock() != null) {
      return lock(principal, Permission.READ, watch.lock());
    }
    return prefix(principal, watch.prefix() == null ? EVERY_LOCK : watch.prefix());
  }

  private static Reply.@Nullable Failed lock(
      Principal principal, Permission permission, String name) {
    return principal.may(permission, name) ? null : forbidden(principal, permission, "lock", name);
  }

  private static Reply.@Nullable Failed prefix(Principal principal, String prefix) {
    return principal.may(Permission.READ, prefix)
        ? null
        : forbidden(principal, Permission.READ, "prefix", prefix);
  }

  private static Reply.@Nullable Failed everything(Principal principal) {
    return principal.may(Permission.ADMIN, EVERY_LOCK)
        ? null
        : forbidden(principal, Permission.ADMIN, "prefix", EVERY_LOCK);
  }

  private static Reply.Failed forbidden(
      Principal principal, Permission permission, String field, String value) {
    return Reply.Failed.of(
        ErrorCode.FORBIDDEN,
        field,
        value,
        "principal "
            + principal.name()
            + " has no "
            + permission.wireName()
            + " permission for "
            + (value.isEmpty() ? "every lock" : value)
            + "; an administrator can grant it in the principals file");
  }

  private static Optional<String> subjectOf(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? Optional.of(certificate.getSubjectX500Principal().getName())
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      // The client has shown no certificate, which it is free to do.
      return Optional.empty();
    }
  }
}
