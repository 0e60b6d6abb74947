package io.holdfast.api;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Events to JSON and back. Reading ignores fields it does not know, as with replies. */
final class EventJson {
  private EventJson() {}

  static void write(JsonGenerator json, Event event) throws IOException {
    json.writeStringField("event", event.type().wireName());
    switch (event.type()) {
      case GRANTED -> {
        Event.Granted granted = (Event.Granted) event;
        json.writeNumberField("session", granted.session());
        RequestJson.requestId(json, granted.requestId());
        json.writeStringField("lock", granted.lock());
        json.writeNumberField("token", granted.token());
        json.writeNumberField("index", granted.index());
      }
      case GRANTED_ALL -> {
        Event.GrantedAll granted = (Event.GrantedAll) event;
        json.writeNumberField("session", granted.session());
        RequestJson.requestId(json, granted.requestId());
        ReplyJson.grants(json, granted.grants());
        json.writeNumberField("index", granted.index());
      }
      case WAIT_ENDED -> {
        Event.WaitEnded ended = (Event.WaitEnded) event;
        json.writeNumberField("session", ended.session());
        RequestJson.requestId(json, ended.requestId());
        json.writeStringField("lock", ended.lock());
        json.writeStringField("reason", ended.reason().wireName());
      }
      case REVOKED -> {
        Event.Revoked revoked = (Event.Revoked) event;
        json.writeNumberField("session", revoked.session());
        json.writeStringField("lock", revoked.lock());
        json.writeStringField("owner", revoked.owner());
        json.writeNumberField("token", revoked.token());
        json.writeNumberField("index", revoked.index());
      }
      case SESSION_ENDED -> {
        Event.SessionEnded ended = (Event.SessionEnded) event;
        json.writeNumberField("session", ended.session());
        json.writeStringField("reason", ended.reason().wireName());
      }
      case LOCK_CHANGED -> lockChanged(json, (Event.LockChanged) event);
      case WATCH_RESET -> {
        Event.WatchReset reset = (Event.WatchReset) event;
        json.writeNumberField("watch", reset.watch());
        json.writeNumberField("index", reset.index());
      }
      case LEADER_CHANGED -> ClusterJson.leader(json, ((Event.LeaderChanged) event).leader());
      case GOING_AWAY -> {
        // Has no fields.
      }
    }
  }

  private static void lockChanged(JsonGenerator json, Event.LockChanged changed)
      throws IOException {
    json.writeNumberField("watch", changed.watch());
    json.writeNumberField("index", changed.index());
    json.writeStringField("type", changed.change().wireName());
    json.writeStringField("lock", changed.lock());
    if (changed.session() != 0) {
      json.writeNumberField("session", changed.session());
    }
    RequestJson.optional(json, "owner", changed.owner());
    if (changed.token() != 0) {
      json.writeNumberField("token", changed.token());
    }
    RequestJson.optional(json, "value", changed.value());
  }

  static Event read(Event.Type type, JsonFields fields) {
    fields.throwProblem();
    return switch (type) {
      case GRANTED ->
          new Event.Granted(
              ReplyJson.session(fields),
              fields.requiredRequestId("requestId"),
              fields.requiredLock("lock"),
              ReplyJson.positive(fields, "token"),
              ReplyJson.index(fields));
      case GRANTED_ALL ->
          new Event.GrantedAll(
              ReplyJson.session(fields),
              fields.requiredRequestId("requestId"),
              ReplyJson.takeGrants(fields.requiredObjects("grants", Limits.LOCKS_PER_ACQUIRE_MAX)),
              ReplyJson.index(fields));
      case WAIT_ENDED ->
          new Event.WaitEnded(
              ReplyJson.session(fields),
              fields.requiredRequestId("requestId"),
              fields.requiredLock("lock"),
              fields.requiredOneOf("reason", WireNames.WAIT_ENDS));
      case REVOKED ->
          new Event.Revoked(
              ReplyJson.session(fields),
              fields.requiredLock("lock"),
              fields.requiredName("owner", Limits.OWNER_BYTES_MAX),
              ReplyJson.positive(fields, "token"),
              ReplyJson.index(fields));
      case SESSION_ENDED ->
          new Event.SessionEnded(
              ReplyJson.session(fields), fields.requiredOneOf("reason", WireNames.SESSION_ENDS));
      case LOCK_CHANGED ->
          new Event.LockChanged(
              ReplyJson.positive(fields, "watch"),
              ReplyJson.index(fields),
              fields.requiredOneOf("type", WireNames.CHANGES),
              fields.requiredLock("lock"),
              fields.optionalLong("session", 1, Long.MAX_VALUE, 0),
              ReplyJson.ownerOrNull(fields),
              fields.optionalLong("token", 1, Long.MAX_VALUE, 0),
              fields.optionalText("value", Limits.VALUE_BYTES_MAX));
      case WATCH_RESET ->
          new Event.WatchReset(ReplyJson.positive(fields, "watch"), ReplyJson.index(fields));
      case LEADER_CHANGED ->
          new Event.LeaderChanged(ClusterJson.takeLeader(fields.optionalObject("leader")));
      case GOING_AWAY -> new Event.GoingAway();
    };
  }
}
