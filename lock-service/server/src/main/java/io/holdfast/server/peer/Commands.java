package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.locks.AcquireMode;
import io.holdfast.locks.Command;
import io.holdfast.locks.FencingToken;
import io.holdfast.locks.Limit;
import io.holdfast.locks.Limits;
import io.holdfast.locks.LockEvent.RequestRef;
import io.holdfast.locks.LockName;
import io.holdfast.locks.LockValue;
import io.holdfast.locks.RequestId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Requests of clients as commands of the log. */
final class Commands {
  private Commands() {}

  /**
   * Gives a request that has no id one, so that it can be offered to several leaders and takes
   * effect once. Done by the peer the client is connected to, before anything else.
   */
  static Request identified(Request request, RandomGenerator random) {
    return switch (request.op()) {
      case ACQUIRE -> {
        Request.Acquire ask = (Request.Acquire) request;
        yield ask.requestId() != null
            ? ask
            : new Request.Acquire(
                ask.session(),
                ask.ttlMillis(),
                randomId(random),
                ask.lock(),
                ask.owner(),
                ask.mode(),
                ask.limit(),
                ask.permits(),
                ask.waitMillis());
      }
      case ACQUIRE_ALL -> {
        Request.AcquireAll ask = (Request.AcquireAll) request;
        yield ask.requestId() != null
            ? ask
            : new Request.AcquireAll(
                ask.session(), randomId(random), ask.locks(), ask.owner(), ask.waitMillis());
      }
      case RELEASE -> {
        Request.Release ask = (Request.Release) request;
        yield ask.requestId() != null
            ? ask
            : new Request.Release(
                ask.session(), randomId(random), ask.lock(), ask.owner(), ask.token());
      }
      case PUBLISH -> {
        Request.Publish ask = (Request.Publish) request;
        yield ask.requestId() != null
            ? ask
            : new Request.Publish(
                ask.session(), randomId(random), ask.lock(), ask.owner(), ask.token(), ask.value());
      }
      case FORCE_RELEASE -> {
        Request.ForceRelease ask = (Request.ForceRelease) request;
        yield ask.requestId() != null
            ? ask
            : new Request.ForceRelease(ask.lock(), randomId(random));
      }
      default -> request;
    };
  }

  private static io.holdfast.api.RequestId randomId(RandomGenerator random) {
    return io.holdfast.api.RequestId.of(
        "peer-"
            + HexFormat.of().toHexDigits(random.nextLong())
            + HexFormat.of().toHexDigits(random.nextLong()));
  }

  /** The session that a request acts for; 0 when it acts for none. */
  static long sessionOf(Request request) {
    return switch (request.op()) {
      case KEEP_ALIVE -> ((Request.KeepAlive) request).session();
      case CLOSE_SESSION -> ((Request.CloseSession) request).session();
      case ATTACH -> ((Request.Attach) request).session();
      case ACQUIRE -> ((Request.Acquire) request).session();
      case ACQUIRE_ALL -> ((Request.AcquireAll) request).session();
      case RELEASE -> ((Request.Release) request).session();
      case CANCEL_WAIT -> ((Request.CancelWait) request).session();
      case PUBLISH -> ((Request.Publish) request).session();
      case HELLO,
          OPEN_SESSION,
          CHECK,
          GET_LOCK,
          LIST_LOCKS,
          LIST_SESSIONS,
          WATCH,
          UNWATCH,
          CLUSTER,
          FORCE_RELEASE,
          FORGET,
          MEMBERS,
          ADD_MEMBER,
          PROMOTE_MEMBER,
          DEMOTE_MEMBER,
          REMOVE_MEMBER,
          TRANSFER ->
          0;
    };
  }

  /** What an acquire is known by in the log; null for other requests. */
  static @Nullable RequestRef acquireOf(Request request) {
    if (request instanceof Request.Acquire one && one.requestId() != null) {
      return new RequestRef(one.session(), requestId(one.requestId()));
    }
    if (request instanceof Request.AcquireAll all && all.requestId() != null) {
      return new RequestRef(all.session(), requestId(all.requestId()));
    }
    return null;
  }

  /** Whether the request may be left in a queue, so that its end comes later than its answer. */
  static boolean mayWait(Request request) {
    return (request instanceof Request.Acquire one && one.waitMillis() != 0)
        || (request instanceof Request.AcquireAll all && all.waitMillis() != 0);
  }

  /** Whether the request is an acquire that brings no session and wants one opened. */
  static boolean opensItsSession(Request request) {
    return request instanceof Request.Acquire acquire && acquire.session() == 0;
  }

  /**
   * The command that opens the session of an acquire that brings none. Its nonce follows from the
   * request's id, so that a retry finds the session of the first try.
   *
   * @throws RefusedException if the request cannot be valid
   */
  static Command openingFor(Request.Acquire acquire, String principal, Limits limits) {
    if (!(acquire.requestId() instanceof io.holdfast.api.RequestId.Key key)) {
      throw refused(
          "requestId",
          null,
          "an acquire without a session needs a text as its requestId, unique among all clients");
    }
    requireTtl(acquire.ttlMillis(), limits);
    String nonce = digest("acquire/" + key.key());
    return checked(
        () -> new Command.OpenSession(nonce, acquire.ttlMillis(), acquire.owner(), principal));
  }

  /**
   * The command of a request that changes something.
   *
   * @param session the session to act for, which an acquire may not have brought itself
   * @throws RefusedException if the request cannot be valid
   */
  static Command of(Request request, long session, String principal, Limits limits) {
    return checked(() -> build(request, session, principal, limits));
  }

  private static Command build(Request request, long session, String principal, Limits limits) {
    return switch (request.op()) {
      case OPEN_SESSION -> {
        Request.OpenSession ask = (Request.OpenSession) request;
        requireTtl(ask.ttlMillis(), limits);
        yield new Command.OpenSession(ask.nonce(), ask.ttlMillis(), ask.owner(), principal);
      }
      case CLOSE_SESSION -> new Command.CloseSession(session);
      case ACQUIRE -> {
        Request.Acquire ask = (Request.Acquire) request;
        yield new Command.Acquire(
            id(session, ask.requestId()),
            LockName.of(ask.lock()),
            ask.owner(),
            mode(ask),
            ask.waitMillis());
      }
      case ACQUIRE_ALL -> {
        Request.AcquireAll ask = (Request.AcquireAll) request;
        yield new Command.AcquireAll(
            id(session, ask.requestId()),
            ask.owner(),
            ask.locks().stream()
                .map(lock -> new Command.Item(LockName.of(lock), AcquireMode.exclusive()))
                .toList(),
            ask.waitMillis());
      }
      case RELEASE -> {
        Request.Release ask = (Request.Release) request;
        yield new Command.Release(
            id(session, ask.requestId()),
            LockName.of(ask.lock()),
            ask.owner(),
            new FencingToken(ask.token()));
      }
      case CANCEL_WAIT ->
          new Command.CancelWait(
              session,
              requestId(((Request.CancelWait) request).requestId()),
              Command.CancelReason.CANCELLED);
      case PUBLISH -> {
        Request.Publish ask = (Request.Publish) request;
        yield new Command.Publish(
            id(session, ask.requestId()),
            LockName.of(ask.lock()),
            ask.owner(),
            new FencingToken(ask.token()),
            LockValue.utf8(ask.value()));
      }
      case FORCE_RELEASE -> {
        Request.ForceRelease ask = (Request.ForceRelease) request;
        yield new Command.ForceRelease(nonce(ask.requestId()), LockName.of(ask.lock()));
      }
      case FORGET -> new Command.Forget(LockName.of(((Request.Forget) request).lock()));
      case HELLO,
          KEEP_ALIVE,
          ATTACH,
          CHECK,
          GET_LOCK,
          LIST_LOCKS,
          LIST_SESSIONS,
          WATCH,
          UNWATCH,
          CLUSTER,
          MEMBERS,
          ADD_MEMBER,
          PROMOTE_MEMBER,
          DEMOTE_MEMBER,
          REMOVE_MEMBER,
          TRANSFER ->
          throw new IllegalStateException(request.op() + " is no command");
    };
  }

  private static io.holdfast.locks.Request id(
      long session, io.holdfast.api.@Nullable RequestId id) {
    if (id instanceof io.holdfast.api.RequestId.Sequence sequence) {
      return new io.holdfast.locks.Request(
          session, requestId(sequence), sequence.acknowledgedBelow());
    }
    if (id == null) {
      throw refused("requestId", null, "requestId is missing");
    }
    return new io.holdfast.locks.Request(session, requestId(id));
  }

  static RequestId requestId(io.holdfast.api.RequestId id) {
    if (id instanceof io.holdfast.api.RequestId.Sequence sequence) {
      return RequestId.of(sequence.sequence());
    }
    return RequestId.of(((io.holdfast.api.RequestId.Key) id).key());
  }

  static io.holdfast.api.RequestId requestId(RequestId id) {
    if (id instanceof RequestId.Sequence sequence) {
      return io.holdfast.api.RequestId.of(sequence.number());
    }
    return io.holdfast.api.RequestId.of(((RequestId.Key) id).key());
  }

  private static String nonce(io.holdfast.api.@Nullable RequestId id) {
    if (id instanceof io.holdfast.api.RequestId.Key key) {
      return key.key();
    }
    throw refused(
        "requestId",
        String.valueOf(id),
        "a forced release needs a text as its requestId, unique among all clients");
  }

  private static AcquireMode mode(Request.Acquire ask) {
    return switch (ask.mode()) {
      case EXCLUSIVE -> AcquireMode.exclusive();
      case SHARED -> AcquireMode.shared();
      case SEMAPHORE -> AcquireMode.semaphore(ask.limit(), Math.max(1, ask.permits()));
    };
  }

  private static void requireTtl(long ttlMillis, Limits limits) {
    long floor = limits.get(Limit.TTL_FLOOR_MILLIS);
    long ceiling = limits.get(Limit.TTL_CEILING_MILLIS);
    if (ttlMillis < floor || ttlMillis > ceiling) {
      throw refused(
          "ttlMillis",
          Long.toString(ttlMillis),
          "ttlMillis is " + ttlMillis + "; allowed are " + floor + " to " + ceiling);
    }
  }

  private interface Build {
    Command command();
  }

  /** The constructors of commands begin their refusals with the name of the field at fault. */
  private static Command checked(Build build) {
    try {
      return build.command();
    } catch (IllegalArgumentException invalid) {
      String message = Optional.ofNullable(invalid.getMessage()).orElse("the request is not valid");
      int end = message.indexOf(' ');
      String first = end < 0 ? "" : message.substring(0, end);
      boolean isField = first.matches("[a-z][a-zA-Z]*");
      throw new RefusedException(
          Reply.Failed.of(ErrorCode.INVALID_REQUEST, isField ? first : "request", null, message));
    }
  }

  private static RefusedException refused(String field, @Nullable String value, String message) {
    return new RefusedException(Reply.Failed.of(ErrorCode.INVALID_REQUEST, field, value, message));
  }

  private static String digest(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** The request cannot be valid; nothing was done. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Reply.Failed reply;

    RefusedException(Reply.Failed reply) {
      super(reply.message(), null, false, false);
      this.reply = reply;
    }

    Reply.Failed reply() {
      return reply;
    }
  }
}
