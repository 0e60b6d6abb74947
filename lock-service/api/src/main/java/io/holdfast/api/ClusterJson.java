package io.holdfast.api;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Peers and leaders to JSON and back. */
final class ClusterJson {
  private ClusterJson() {}

  static void leader(JsonGenerator json, @Nullable LeaderHint leader) throws IOException {
    if (leader == null) {
      return;
    }
    json.writeObjectFieldStart("leader");
    json.writeStringField("peer", leader.peer());
    json.writeStringField("clientAddress", leader.clientAddress());
    json.writeEndObject();
  }

  static @Nullable LeaderHint takeLeader(@Nullable JsonFields fields) {
    if (fields == null) {
      return null;
    }
    return new LeaderHint(
        fields.requiredName("peer", Limits.LABEL_BYTES_MAX),
        fields.requiredName("clientAddress", Limits.LABEL_BYTES_MAX));
  }

  static void write(JsonGenerator json, Reply.ClusterState cluster) throws IOException {
    json.writeStringField("peer", cluster.peer());
    leader(json, cluster.leader());
    json.writeNumberField("term", cluster.term());
    json.writeNumberField("commitIndex", cluster.commitIndex());
    json.writeNumberField("appliedIndex", cluster.appliedIndex());
    json.writeArrayFieldStart("peers");
    for (Reply.PeerRow row : cluster.peers()) {
      json.writeStartObject();
      json.writeStringField("peer", row.peer());
      RequestJson.optional(json, "clientAddress", row.clientAddress());
      json.writeStringField("role", row.role().wireName());
      json.writeNumberField("matchIndex", row.matchIndex());
      json.writeNumberField("lag", row.lag());
      json.writeNumberField("silentMillis", row.silentMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
    RequestJson.optional(json, "degraded", cluster.degraded());
  }

  static Reply.ClusterState read(JsonFields fields) {
    List<Reply.PeerRow> rows = new ArrayList<>();
    for (JsonFields row : fields.requiredObjects("peers", Limits.PEERS_MAX)) {
      rows.add(
          new Reply.PeerRow(
              row.requiredName("peer", Limits.LABEL_BYTES_MAX),
              row.optionalText("clientAddress", Limits.LABEL_BYTES_MAX),
              row.requiredOneOf("role", WireNames.ROLES),
              notNegative(row, "matchIndex"),
              notNegative(row, "lag"),
              row.requiredLong("silentMillis", -1, Long.MAX_VALUE)));
    }
    return new Reply.ClusterState(
        fields.requiredName("peer", Limits.LABEL_BYTES_MAX),
        takeLeader(fields.optionalObject("leader")),
        notNegative(fields, "term"),
        notNegative(fields, "commitIndex"),
        notNegative(fields, "appliedIndex"),
        rows,
        fields.optionalText("degraded", Limits.TEXT_BYTES_MAX));
  }

  static void writeMembers(JsonGenerator json, Reply.MemberList list) throws IOException {
    json.writeArrayFieldStart("members");
    for (Reply.MemberRow row : list.members()) {
      json.writeStartObject();
      json.writeStringField("peer", row.peer());
      json.writeStringField("peerAddress", row.peerAddress());
      json.writeStringField("clientAddress", row.clientAddress());
      json.writeStringField("role", row.role().wireName());
      json.writeBooleanField("leader", row.leader());
      json.writeNumberField("matchIndex", row.matchIndex());
      json.writeNumberField("lag", row.lag());
      json.writeNumberField("silentMillis", row.silentMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("changing", list.changing());
    json.writeNumberField("index", list.index());
  }

  static Reply.MemberList readMembers(JsonFields fields) {
    List<Reply.MemberRow> rows = new ArrayList<>();
    for (JsonFields row : fields.requiredObjects("members", Limits.PEERS_MAX)) {
      rows.add(
          new Reply.MemberRow(
              row.requiredName("peer", Limits.LABEL_BYTES_MAX),
              row.requiredText("peerAddress", Limits.LABEL_BYTES_MAX),
              row.requiredText("clientAddress", Limits.LABEL_BYTES_MAX),
              row.requiredOneOf("role", WireNames.MEMBER_ROLES),
              row.requiredBoolean("leader"),
              notNegative(row, "matchIndex"),
              notNegative(row, "lag"),
              row.requiredLong("silentMillis", -1, Long.MAX_VALUE)));
    }
    return new Reply.MemberList(
        rows, fields.requiredBoolean("changing"), notNegative(fields, "index"));
  }

  private static long notNegative(JsonFields fields, String name) {
    return fields.requiredLong(name, 0, Long.MAX_VALUE);
  }
}
