package io.holdfast.api;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Requests to JSON and back. */
final class RequestJson {
  private RequestJson() {}

  static void write(JsonGenerator json, Request request) throws IOException {
    switch (request.op()) {
      case HELLO -> hello(json, (Request.Hello) request);
      case OPEN_SESSION -> openSession(json, (Request.OpenSession) request);
      case KEEP_ALIVE -> json.writeNumberField("session", ((Request.KeepAlive) request).session());
      case CLOSE_SESSION ->
          json.writeNumberField("session", ((Request.CloseSession) request).session());
      case ATTACH -> json.writeNumberField("session", ((Request.Attach) request).session());
      case ACQUIRE -> acquire(json, (Request.Acquire) request);
      case ACQUIRE_ALL -> acquireAll(json, (Request.AcquireAll) request);
      case RELEASE -> release(json, (Request.Release) request);
      case CANCEL_WAIT -> cancelWait(json, (Request.CancelWait) request);
      case PUBLISH -> publish(json, (Request.Publish) request);
      case CHECK -> check(json, (Request.Check) request);
      case GET_LOCK -> getLock(json, (Request.GetLock) request);
      case LIST_LOCKS -> listLocks(json, (Request.ListLocks) request);
      case LIST_SESSIONS -> listSessions(json, (Request.ListSessions) request);
      case WATCH -> watch(json, (Request.Watch) request);
      case UNWATCH -> json.writeNumberField("watch", ((Request.Unwatch) request).watch());
      case CLUSTER -> {
        // Has no fields.
      }
      case FORCE_RELEASE -> forceRelease(json, (Request.ForceRelease) request);
      case FORGET -> json.writeStringField("lock", ((Request.Forget) request).lock());
      case MEMBERS -> {
        // Has no fields.
      }
      case ADD_MEMBER -> {
        Request.AddMember add = (Request.AddMember) request;
        json.writeStringField("peer", add.peer());
        json.writeStringField("peerAddress", add.peerAddress());
        json.writeStringField("clientAddress", add.clientAddress());
      }
      case PROMOTE_MEMBER ->
          json.writeStringField("peer", ((Request.PromoteMember) request).peer());
      case DEMOTE_MEMBER -> json.writeStringField("peer", ((Request.DemoteMember) request).peer());
      case REMOVE_MEMBER -> json.writeStringField("peer", ((Request.RemoveMember) request).peer());
      case TRANSFER -> optional(json, "peer", ((Request.Transfer) request).peer());
    }
  }

  private static void hello(JsonGenerator json, Request.Hello hello) throws IOException {
    json.writeNumberField("protocol", hello.protocol());
    json.writeStringField("client", hello.client());
    optional(json, "token", hello.token());
  }

  private static void openSession(JsonGenerator json, Request.OpenSession open) throws IOException {
    json.writeStringField("nonce", open.nonce());
    json.writeNumberField("ttlMillis", open.ttlMillis());
    if (!open.owner().isEmpty()) {
      json.writeStringField("owner", open.owner());
    }
  }

  private static void acquire(JsonGenerator json, Request.Acquire acquire) throws IOException {
    if (acquire.session() != 0) {
      json.writeNumberField("session", acquire.session());
    }
    if (acquire.ttlMillis() != 0) {
      json.writeNumberField("ttlMillis", acquire.ttlMillis());
    }
    requestId(json, acquire.requestId());
    json.writeStringField("lock", acquire.lock());
    json.writeStringField("owner", acquire.owner());
    json.writeStringField("mode", acquire.mode().wireName());
    if (acquire.mode() == LockMode.SEMAPHORE) {
      json.writeNumberField("limit", acquire.limit());
      json.writeNumberField("permits", acquire.permits());
    }
    json.writeNumberField("waitMillis", acquire.waitMillis());
  }

  private static void acquireAll(JsonGenerator json, Request.AcquireAll acquire)
      throws IOException {
    json.writeNumberField("session", acquire.session());
    requestId(json, acquire.requestId());
    json.writeArrayFieldStart("locks");
    for (String lock : acquire.locks()) {
      json.writeString(lock);
    }
    json.writeEndArray();
    json.writeStringField("owner", acquire.owner());
    json.writeNumberField("waitMillis", acquire.waitMillis());
  }

  private static void release(JsonGenerator json, Request.Release release) throws IOException {
    json.writeNumberField("session", release.session());
    requestId(json, release.requestId());
    json.writeStringField("lock", release.lock());
    json.writeStringField("owner", release.owner());
    json.writeNumberField("token", release.token());
  }

  private static void cancelWait(JsonGenerator json, Request.CancelWait cancel) throws IOException {
    json.writeNumberField("session", cancel.session());
    requestId(json, cancel.requestId());
  }

  private static void publish(JsonGenerator json, Request.Publish publish) throws IOException {
    json.writeNumberField("session", publish.session());
    requestId(json, publish.requestId());
    json.writeStringField("lock", publish.lock());
    json.writeStringField("owner", publish.owner());
    json.writeNumberField("token", publish.token());
    json.writeStringField("value", publish.value());
  }

  private static void check(JsonGenerator json, Request.Check check) throws IOException {
    json.writeStringField("lock", check.lock());
    json.writeNumberField("token", check.token());
    stale(json, check.stale());
  }

  private static void getLock(JsonGenerator json, Request.GetLock get) throws IOException {
    json.writeStringField("lock", get.lock());
    stale(json, get.stale());
  }

  private static void listLocks(JsonGenerator json, Request.ListLocks list) throws IOException {
    json.writeStringField("prefix", list.prefix());
    if (!list.after().isEmpty()) {
      json.writeStringField("after", list.after());
    }
    json.writeNumberField("max", list.max());
    stale(json, list.stale());
  }

  private static void listSessions(JsonGenerator json, Request.ListSessions list)
      throws IOException {
    if (list.after() != 0) {
      json.writeNumberField("after", list.after());
    }
    json.writeNumberField("max", list.max());
    stale(json, list.stale());
  }

  private static void watch(JsonGenerator json, Request.Watch watch) throws IOException {
    optional(json, "lock", watch.lock());
    optional(json, "prefix", watch.prefix());
    if (watch.from() != 0) {
      json.writeNumberField("from", watch.from());
    }
  }

  private static void forceRelease(JsonGenerator json, Request.ForceRelease force)
      throws IOException {
    json.writeStringField("lock", force.lock());
    requestId(json, force.requestId());
  }

  private static void stale(JsonGenerator json, boolean stale) throws IOException {
    if (stale) {
      json.writeBooleanField("stale", true);
    }
  }

  static void optional(JsonGenerator json, String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  static void requestId(JsonGenerator json, @Nullable RequestId id) throws IOException {
    if (id instanceof RequestId.Sequence number) {
      json.writeNumberField("requestId", number.sequence());
      if (number.acknowledgedBelow() != 0) {
        json.writeNumberField("acknowledged", number.acknowledgedBelow());
      }
    } else if (id instanceof RequestId.Key text) {
      json.writeStringField("requestId", text.key());
    }
  }

  static Request read(Op op, JsonFields fields) {
    fields.throwProblem();
    Request request = take(op, fields);
    fields.finish();
    return request;
  }

  private static Request take(Op op, JsonFields fields) {
    return switch (op) {
      case HELLO ->
          new Request.Hello(
              fields.requiredInt("protocol", 1, Integer.MAX_VALUE),
              fields.requiredName("client", Limits.LABEL_BYTES_MAX),
              fields.optionalText("token", Limits.BEARER_TOKEN_BYTES_MAX));
      case OPEN_SESSION ->
          new Request.OpenSession(
              fields.requiredName("nonce", Limits.NONCE_BYTES_MAX),
              fields.requiredLong("ttlMillis", Limits.TTL_MILLIS_MIN, Limits.TTL_MILLIS_MAX),
              fields.optionalName("owner", Limits.SESSION_OWNER_BYTES_MAX, ""));
      case KEEP_ALIVE -> new Request.KeepAlive(session(fields));
      case CLOSE_SESSION -> new Request.CloseSession(session(fields));
      case ATTACH -> new Request.Attach(session(fields));
      case ACQUIRE -> takeAcquire(fields);
      case ACQUIRE_ALL ->
          new Request.AcquireAll(
              session(fields),
              requestId(fields),
              fields.requiredLocks("locks", Limits.LOCKS_PER_ACQUIRE_MAX),
              owner(fields),
              waitMillis(fields));
      case RELEASE ->
          new Request.Release(
              session(fields),
              requestId(fields),
              fields.requiredLock("lock"),
              owner(fields),
              token(fields));
      case CANCEL_WAIT ->
          new Request.CancelWait(session(fields), fields.requiredRequestId("requestId"));
      case PUBLISH ->
          new Request.Publish(
              session(fields),
              requestId(fields),
              fields.requiredLock("lock"),
              owner(fields),
              token(fields),
              fields.requiredText("value", Limits.VALUE_BYTES_MAX));
      case CHECK -> new Request.Check(fields.requiredLock("lock"), token(fields), stale(fields));
      case GET_LOCK -> new Request.GetLock(fields.requiredLock("lock"), stale(fields));
      case LIST_LOCKS ->
          new Request.ListLocks(
              fields.optionalName("prefix", Limits.LOCK_NAME_BYTES_MAX, ""),
              fields.optionalName("after", Limits.LOCK_NAME_BYTES_MAX, ""),
              max(fields),
              stale(fields));
      case LIST_SESSIONS ->
          new Request.ListSessions(
              fields.optionalLong("after", 0, Long.MAX_VALUE, 0), max(fields), stale(fields));
      case WATCH -> takeWatch(fields);
      case UNWATCH -> new Request.Unwatch(fields.requiredLong("watch", 1, Long.MAX_VALUE));
      case CLUSTER -> new Request.Cluster();
      case FORCE_RELEASE ->
          new Request.ForceRelease(fields.requiredLock("lock"), requestId(fields));
      case FORGET -> new Request.Forget(fields.requiredLock("lock"));
      case MEMBERS -> new Request.Members();
      case ADD_MEMBER ->
          new Request.AddMember(
              peer(fields),
              fields.requiredName("peerAddress", Limits.LABEL_BYTES_MAX),
              fields.requiredName("clientAddress", Limits.LABEL_BYTES_MAX));
      case PROMOTE_MEMBER -> new Request.PromoteMember(peer(fields));
      case DEMOTE_MEMBER -> new Request.DemoteMember(peer(fields));
      case REMOVE_MEMBER -> new Request.RemoveMember(peer(fields));
      case TRANSFER -> new Request.Transfer(fields.has("peer") ? peer(fields) : null);
    };
  }

  private static Request takeAcquire(JsonFields fields) {
    long session = fields.optionalLong("session", 1, Long.MAX_VALUE, 0);
    long ttlMillis =
        fields.optionalLong("ttlMillis", Limits.TTL_MILLIS_MIN, Limits.TTL_MILLIS_MAX, 0);
    if (session != 0 && ttlMillis != 0) {
      throw fields.wrong(
          "ttlMillis",
          Long.toString(ttlMillis),
          "opens a session of its own and 'session' names one; send one of the two");
    }
    if (session == 0 && ttlMillis == 0) {
      throw fields.wrong(
          "session", null, "is missing; add it, or 'ttlMillis' to open a session with the lock");
    }
    RequestId id = requestId(fields);
    String lock = fields.requiredLock("lock");
    String owner = owner(fields);
    LockMode mode = fields.optionalOneOf("mode", WireNames.MODES, LockMode.EXCLUSIVE);
    int limit = 0;
    int permits = 0;
    if (mode == LockMode.SEMAPHORE) {
      limit = fields.requiredInt("limit", 1, Limits.PERMITS_MAX);
      permits = fields.optionalInt("permits", 1, limit, 1);
    } else if (fields.has("limit") || fields.has("permits")) {
      throw fields.wrong(
          fields.has("limit") ? "limit" : "permits",
          null,
          "belongs to mode semaphore; remove it or set 'mode' to semaphore");
    }
    return new Request.Acquire(
        session, ttlMillis, id, lock, owner, mode, limit, permits, waitMillis(fields));
  }

  private static Request takeWatch(JsonFields fields) {
    String lock = fields.optionalLock("lock");
    String prefix =
        fields.has("prefix") ? fields.optionalName("prefix", Limits.LOCK_NAME_BYTES_MAX, "") : null;
    if ((lock == null) == (prefix == null)) {
      throw fields.wrong(
          lock == null ? "prefix" : "lock",
          null,
          lock == null
              ? "is missing; add it, or 'lock' to watch a single lock"
              : "excludes 'prefix'; send one of the two");
    }
    return new Request.Watch(lock, prefix, fields.optionalLong("from", 0, Long.MAX_VALUE, 0));
  }

  private static String peer(JsonFields fields) {
    return fields.requiredName("peer", Limits.LABEL_BYTES_MAX);
  }

  private static long session(JsonFields fields) {
    return fields.requiredLong("session", 1, Long.MAX_VALUE);
  }

  private static @Nullable RequestId requestId(JsonFields fields) {
    return fields.optionalRequestId("requestId", "acknowledged");
  }

  private static String owner(JsonFields fields) {
    if (!fields.has("owner")) {
      return fields.optionalName("owner", Limits.OWNER_BYTES_MAX, Limits.OWNER_DEFAULT);
    }
    return fields.requiredName("owner", Limits.OWNER_BYTES_MAX);
  }

  private static long token(JsonFields fields) {
    return fields.requiredLong("token", 1, Long.MAX_VALUE);
  }

  private static long waitMillis(JsonFields fields) {
    return fields.optionalLong("waitMillis", Limits.WAIT_FOR_EVER, Limits.WAIT_MILLIS_MAX, 0);
  }

  private static int max(JsonFields fields) {
    return fields.optionalInt("max", 1, Limits.PAGE_ROWS_MAX, Limits.PAGE_ROWS_DEFAULT);
  }

  private static boolean stale(JsonFields fields) {
    return fields.optionalBoolean("stale", false);
  }
}
