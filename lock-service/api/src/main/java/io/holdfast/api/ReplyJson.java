package io.holdfast.api;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replies to JSON and back. Reading ignores fields it does not know, so that an older client can
 * talk to a newer peer; everything else is as strict as with requests.
 */
final class ReplyJson {
  private ReplyJson() {}

  static void write(JsonGenerator json, Reply reply) throws IOException {
    if (reply instanceof Reply.Failed failed) {
      failed(json, failed);
      return;
    }
    json.writeStringField("result", reply.kind().wireName());
    switch (reply.kind()) {
      case WELCOME -> welcome(json, (Reply.Welcome) reply);
      case SESSION_OPENED -> {
        Reply.SessionOpened opened = (Reply.SessionOpened) reply;
        json.writeNumberField("session", opened.session());
        json.writeNumberField("ttlMillis", opened.ttlMillis());
      }
      case KEPT_ALIVE -> {
        Reply.KeptAlive kept = (Reply.KeptAlive) reply;
        json.writeNumberField("session", kept.session());
        json.writeNumberField("ttlMillis", kept.ttlMillis());
      }
      case SESSION_CLOSED ->
          json.writeNumberField("session", ((Reply.SessionClosed) reply).session());
      case ATTACHED -> {
        Reply.Attached attached = (Reply.Attached) reply;
        json.writeNumberField("session", attached.session());
        if (attached.holds() != null) {
          grants(json, "holds", attached.holds());
        }
      }
      case GRANTED -> granted(json, (Reply.Granted) reply);
      case GRANTED_ALL -> grantedAll(json, (Reply.GrantedAll) reply);
      case QUEUED -> queued(json, (Reply.Queued) reply);
      case BUSY -> busy(json, (Reply.Busy) reply);
      case RELEASED -> json.writeStringField("lock", ((Reply.Released) reply).lock());
      case WAIT_CANCELLED -> {
        Reply.WaitCancelled cancelled = (Reply.WaitCancelled) reply;
        json.writeStringField("outcome", cancelled.outcome().wireName());
        if (!cancelled.grants().isEmpty()) {
          grants(json, cancelled.grants());
        }
      }
      case PUBLISHED -> json.writeStringField("lock", ((Reply.Published) reply).lock());
      case CHECKED -> {
        Reply.Checked checked = (Reply.Checked) reply;
        json.writeBooleanField("current", checked.current());
        json.writeNumberField("token", checked.token());
        holders(json, checked.holders());
      }
      case LOCK -> lockState(json, (Reply.LockState) reply);
      case LOCKS -> lockPage(json, (Reply.LockPage) reply);
      case SESSIONS -> sessionPage(json, (Reply.SessionPage) reply);
      case WATCHING -> {
        Reply.Watching watching = (Reply.Watching) reply;
        json.writeNumberField("watch", watching.watch());
        json.writeNumberField("index", watching.index());
        json.writeBooleanField("reread", watching.reread());
      }
      case UNWATCHED -> json.writeNumberField("watch", ((Reply.Unwatched) reply).watch());
      case CLUSTER -> ClusterJson.write(json, (Reply.ClusterState) reply);
      case FORCE_RELEASED -> {
        Reply.ForceReleased force = (Reply.ForceReleased) reply;
        json.writeStringField("lock", force.lock());
        json.writeNumberField("released", force.released());
      }
      case FORGOTTEN -> {
        Reply.Forgotten forgotten = (Reply.Forgotten) reply;
        json.writeStringField("lock", forgotten.lock());
        json.writeNumberField("tokenFloor", forgotten.tokenFloor());
      }
      case MEMBERS -> ClusterJson.writeMembers(json, (Reply.MemberList) reply);
      case TRANSFERRED -> json.writeStringField("peer", ((Reply.Transferred) reply).peer());
      case FAILED -> throw new IllegalStateException("written above");
    }
  }

  private static void failed(JsonGenerator json, Reply.Failed failed) throws IOException {
    json.writeStringField("error", failed.error().wireName());
    json.writeStringField("message", failed.message());
    failureDetails(json, failed);
  }

  /** What a failure says beside its code and message, on the stream and over HTTP alike. */
  static void failureDetails(JsonGenerator json, Reply.Failed failed) throws IOException {
    RequestJson.optional(json, "field", failed.field());
    RequestJson.optional(json, "value", failed.value());
    json.writeBooleanField("definite", failed.error().definite());
    json.writeBooleanField("retry", failed.error().retryable());
    ClusterJson.leader(json, failed.leader());
    if (!failed.cycle().isEmpty()) {
      json.writeArrayFieldStart("cycle");
      for (String part : failed.cycle()) {
        json.writeString(part);
      }
      json.writeEndArray();
    }
  }

  private static void welcome(JsonGenerator json, Reply.Welcome welcome) throws IOException {
    json.writeStringField("peer", welcome.peer());
    ClusterJson.leader(json, welcome.leader());
    json.writeObjectFieldStart("limits");
    Reply.ServerLimits limits = welcome.limits();
    json.writeNumberField("ttlMillisMin", limits.ttlMillisMin());
    json.writeNumberField("ttlMillisMax", limits.ttlMillisMax());
    json.writeNumberField("requestsInFlightMax", limits.requestsInFlightMax());
    json.writeNumberField("frameBytesMax", limits.frameBytesMax());
    json.writeEndObject();
  }

  private static void granted(JsonGenerator json, Reply.Granted granted) throws IOException {
    json.writeStringField("lock", granted.lock());
    json.writeNumberField("token", granted.token());
    json.writeNumberField("session", granted.session());
    json.writeNumberField("index", granted.index());
  }

  private static void grantedAll(JsonGenerator json, Reply.GrantedAll granted) throws IOException {
    grants(json, granted.grants());
    json.writeNumberField("session", granted.session());
    json.writeNumberField("index", granted.index());
  }

  private static void queued(JsonGenerator json, Reply.Queued queued) throws IOException {
    json.writeStringField("lock", queued.lock());
    json.writeNumberField("position", queued.position());
    json.writeNumberField("session", queued.session());
  }

  private static void busy(JsonGenerator json, Reply.Busy busy) throws IOException {
    json.writeStringField("lock", busy.lock());
    holders(json, busy.holders());
    json.writeNumberField("session", busy.session());
  }

  static void grants(JsonGenerator json, List<Grant> grants) throws IOException {
    grants(json, "grants", grants);
  }

  private static void grants(JsonGenerator json, String name, List<Grant> grants)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Grant grant : grants) {
      json.writeStartObject();
      json.writeStringField("lock", grant.lock());
      json.writeNumberField("token", grant.token());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void holders(JsonGenerator json, List<Holder> holders) throws IOException {
    json.writeArrayFieldStart("holders");
    for (Holder holder : holders) {
      json.writeStartObject();
      json.writeNumberField("session", holder.session());
      json.writeStringField("owner", holder.owner());
      json.writeNumberField("token", holder.token());
      modeAndPermits(json, holder.mode(), holder.permits());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void modeAndPermits(JsonGenerator json, LockMode mode, int permits)
      throws IOException {
    json.writeStringField("mode", mode.wireName());
    json.writeNumberField("permits", permits);
  }

  private static void lockState(JsonGenerator json, Reply.LockState state) throws IOException {
    json.writeStringField("lock", state.lock());
    limit(json, state.limit());
    json.writeNumberField("token", state.token());
    holders(json, state.holders());
    json.writeArrayFieldStart("waiters");
    for (Waiter waiter : state.waiters()) {
      json.writeStartObject();
      json.writeNumberField("session", waiter.session());
      json.writeStringField("owner", waiter.owner());
      modeAndPermits(json, waiter.mode(), waiter.permits());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("waiting", state.waiting());
    RequestJson.optional(json, "value", state.value());
    json.writeNumberField("index", state.index());
  }

  private static void limit(JsonGenerator json, int limit) throws IOException {
    if (limit != 0) {
      json.writeNumberField("limit", limit);
    }
  }

  private static void lockPage(JsonGenerator json, Reply.LockPage page) throws IOException {
    json.writeArrayFieldStart("locks");
    for (Reply.LockRow row : page.locks()) {
      json.writeStartObject();
      json.writeStringField("lock", row.lock());
      limit(json, row.limit());
      json.writeNumberField("token", row.token());
      json.writeNumberField("holders", row.holders());
      json.writeNumberField("waiting", row.waiting());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("more", page.more());
    json.writeNumberField("index", page.index());
  }

  private static void sessionPage(JsonGenerator json, Reply.SessionPage page) throws IOException {
    json.writeArrayFieldStart("sessions");
    for (Reply.SessionRow row : page.sessions()) {
      json.writeStartObject();
      json.writeNumberField("session", row.session());
      json.writeNumberField("ttlMillis", row.ttlMillis());
      json.writeStringField("owner", row.owner());
      RequestJson.optional(json, "principal", row.principal());
      json.writeNumberField("holds", row.holds());
      json.writeNumberField("waits", row.waits());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("more", page.more());
    json.writeNumberField("index", page.index());
  }

  static Reply read(JsonFields fields) {
    fields.throwProblem();
    if (fields.has("error")) {
      return takeFailed(fields);
    }
    Reply.Kind kind = fields.requiredOneOf("result", WireNames.KINDS);
    return switch (kind) {
      case WELCOME -> takeWelcome(fields);
      case SESSION_OPENED ->
          new Reply.SessionOpened(
              session(fields), fields.requiredLong("ttlMillis", 1, Long.MAX_VALUE));
      case KEPT_ALIVE ->
          new Reply.KeptAlive(session(fields), fields.requiredLong("ttlMillis", 1, Long.MAX_VALUE));
      case SESSION_CLOSED -> new Reply.SessionClosed(session(fields));
      case ATTACHED ->
          new Reply.Attached(
              session(fields),
              fields.has("holds")
                  ? takeGrants(fields.requiredObjects("holds", Limits.HOLDS_TOLD_MAX))
                  : null);
      case GRANTED ->
          new Reply.Granted(
              fields.requiredLock("lock"),
              positive(fields, "token"),
              session(fields),
              index(fields));
      case GRANTED_ALL ->
          new Reply.GrantedAll(
              takeGrants(fields.requiredObjects("grants", Limits.LOCKS_PER_ACQUIRE_MAX)),
              session(fields),
              index(fields));
      case QUEUED ->
          new Reply.Queued(fields.requiredLock("lock"), count(fields, "position"), session(fields));
      case BUSY ->
          new Reply.Busy(fields.requiredLock("lock"), takeHolders(fields), session(fields));
      case RELEASED -> new Reply.Released(fields.requiredLock("lock"));
      case WAIT_CANCELLED ->
          new Reply.WaitCancelled(
              fields.requiredOneOf("outcome", WireNames.CANCEL_OUTCOMES),
              takeGrants(fields.optionalObjects("grants", Limits.LOCKS_PER_ACQUIRE_MAX)));
      case PUBLISHED -> new Reply.Published(fields.requiredLock("lock"));
      case CHECKED ->
          new Reply.Checked(fields.requiredBoolean("current"), token(fields), takeHolders(fields));
      case LOCK -> takeLockState(fields);
      case LOCKS -> takeLockPage(fields);
      case SESSIONS -> takeSessionPage(fields);
      case WATCHING ->
          new Reply.Watching(
              positive(fields, "watch"), index(fields), fields.requiredBoolean("reread"));
      case UNWATCHED -> new Reply.Unwatched(positive(fields, "watch"));
      case CLUSTER -> ClusterJson.read(fields);
      case FORCE_RELEASED ->
          new Reply.ForceReleased(fields.requiredLock("lock"), count(fields, "released"));
      case FORGOTTEN ->
          new Reply.Forgotten(
              fields.requiredLock("lock"), fields.requiredLong("tokenFloor", 0, Long.MAX_VALUE));
      case MEMBERS -> ClusterJson.readMembers(fields);
      case TRANSFERRED ->
          new Reply.Transferred(fields.requiredName("peer", Limits.LABEL_BYTES_MAX));
      case FAILED ->
          throw fields.wrong("error", null, "is missing; a failed reply has an error code");
    };
  }

  /** A code this version does not know is taken for what it says of itself: definite or not. */
  private static Reply takeFailed(JsonFields fields) {
    String name = fields.requiredName("error", Limits.LABEL_BYTES_MAX);
    boolean definite = fields.optionalBoolean("definite", false);
    ErrorCode code = ErrorCode.byName(name);
    String message = fields.requiredText("message", Limits.TEXT_BYTES_MAX);
    if (code == null) {
      code = definite ? ErrorCode.UNAVAILABLE : ErrorCode.OUTCOME_UNKNOWN;
      message = name + ": " + message;
    }
    return new Reply.Failed(
        code,
        message,
        fields.optionalText("field", Limits.TEXT_BYTES_MAX),
        fields.optionalText("value", Limits.TEXT_BYTES_MAX),
        ClusterJson.takeLeader(fields.optionalObject("leader")),
        fields.optionalTexts("cycle", Limits.HOLDERS_LISTED_MAX, Limits.TEXT_BYTES_MAX));
  }

  private static Reply takeWelcome(JsonFields fields) {
    JsonFields limits = fields.requiredObject("limits");
    return new Reply.Welcome(
        fields.requiredName("peer", Limits.LABEL_BYTES_MAX),
        ClusterJson.takeLeader(fields.optionalObject("leader")),
        new Reply.ServerLimits(
            positive(limits, "ttlMillisMin"),
            positive(limits, "ttlMillisMax"),
            limits.requiredInt("requestsInFlightMax", 1, Integer.MAX_VALUE),
            limits.requiredInt("frameBytesMax", 1, Integer.MAX_VALUE)));
  }

  private static Reply takeLockState(JsonFields fields) {
    List<Waiter> waiters = new ArrayList<>();
    for (JsonFields waiter : fields.requiredObjects("waiters", Limits.HOLDERS_LISTED_MAX)) {
      waiters.add(
          new Waiter(session(waiter), owner(waiter), mode(waiter), count(waiter, "permits")));
    }
    return new Reply.LockState(
        fields.requiredLock("lock"),
        fields.optionalInt("limit", 1, Limits.PERMITS_MAX, 0),
        token(fields),
        takeHolders(fields),
        waiters,
        count(fields, "waiting"),
        fields.optionalText("value", Limits.VALUE_BYTES_MAX),
        index(fields));
  }

  private static Reply takeLockPage(JsonFields fields) {
    List<Reply.LockRow> rows = new ArrayList<>();
    for (JsonFields row : fields.requiredObjects("locks", Limits.PAGE_ROWS_MAX)) {
      rows.add(
          new Reply.LockRow(
              row.requiredLock("lock"),
              row.optionalInt("limit", 1, Limits.PERMITS_MAX, 0),
              token(row),
              count(row, "holders"),
              count(row, "waiting")));
    }
    return new Reply.LockPage(rows, fields.requiredBoolean("more"), index(fields));
  }

  private static Reply takeSessionPage(JsonFields fields) {
    List<Reply.SessionRow> rows = new ArrayList<>();
    for (JsonFields row : fields.requiredObjects("sessions", Limits.PAGE_ROWS_MAX)) {
      rows.add(
          new Reply.SessionRow(
              session(row),
              positive(row, "ttlMillis"),
              row.optionalName("owner", Limits.SESSION_OWNER_BYTES_MAX, ""),
              row.optionalText("principal", Limits.TEXT_BYTES_MAX),
              count(row, "holds"),
              count(row, "waits")));
    }
    return new Reply.SessionPage(rows, fields.requiredBoolean("more"), index(fields));
  }

  static List<Grant> takeGrants(List<JsonFields> objects) {
    List<Grant> grants = new ArrayList<>(objects.size());
    for (JsonFields grant : objects) {
      grants.add(new Grant(grant.requiredLock("lock"), positive(grant, "token")));
    }
    return grants;
  }

  private static List<Holder> takeHolders(JsonFields fields) {
    List<Holder> holders = new ArrayList<>();
    for (JsonFields holder : fields.requiredObjects("holders", Limits.HOLDERS_LISTED_MAX)) {
      holders.add(
          new Holder(
              session(holder),
              owner(holder),
              positive(holder, "token"),
              mode(holder),
              count(holder, "permits")));
    }
    return holders;
  }

  private static String owner(JsonFields fields) {
    return fields.requiredName("owner", Limits.OWNER_BYTES_MAX);
  }

  private static LockMode mode(JsonFields fields) {
    Map<String, LockMode> modes = WireNames.MODES;
    return fields.requiredOneOf("mode", modes);
  }

  private static int count(JsonFields fields, String name) {
    return fields.requiredInt(name, 0, Integer.MAX_VALUE);
  }

  static long session(JsonFields fields) {
    return positive(fields, "session");
  }

  private static long token(JsonFields fields) {
    return fields.requiredLong("token", 0, Long.MAX_VALUE);
  }

  static long positive(JsonFields fields, String name) {
    return fields.requiredLong(name, 1, Long.MAX_VALUE);
  }

  static long index(JsonFields fields) {
    return fields.requiredLong("index", 0, Long.MAX_VALUE);
  }

  static @Nullable String ownerOrNull(JsonFields fields) {
    return fields.has("owner") ? owner(fields) : null;
  }
}
