package io.holdfast.server.peer;

/** What a peer counts from its start on. The names are those of the metrics without prefix. */
public enum PeerCounter {
  REQUESTS("requests", "Requests received from clients"),
  REQUESTS_FAILED("requests.failed", "Requests answered with a definite error"),
  OUTCOMES_UNKNOWN("outcomes.unknown", "Requests answered with an unknown outcome"),
  FORWARDED("forwarded", "Requests sent on to the leader"),
  FORWARDED_SERVED("forwarded.served", "Requests served as leader for another peer"),
  FORWARD_FRAMES_REFUSED("forward.frames.refused", "Frames from peers that could not be read"),
  PROPOSALS("proposals", "Commands proposed to the log"),
  READS_LINEARIZABLE("reads.linearizable", "Reads answered after a quorum confirmed the leader"),
  READS_STALE("reads.stale", "Reads answered from the peer's own state at the client's wish"),
  KEEP_ALIVES("keepalives", "Keep-alives acknowledged"),
  KEEP_ALIVES_REFUSED("keepalives.refused", "Keep-alives refused: the session ended or is ending"),
  GRANTS("grants", "Grants applied"),
  RELEASES("releases", "Releases applied"),
  HOLDS_LOST("holds.lost", "Holds that ended with their session"),
  WAITS("waits", "Requests that joined a queue"),
  WAITS_ENDED("waits.ended", "Waits that ended without a grant"),
  SESSIONS_OPENED("sessions.opened", "Sessions opened"),
  SESSIONS_EXPIRED("sessions.expired", "Sessions ended by their TTL"),
  SESSIONS_CLOSED("sessions.closed", "Sessions closed by their clients"),
  FORCED_RELEASES("forced.releases", "Holds taken away by an administrator"),
  EVENTS_PUSHED("events.pushed", "Events pushed to clients"),
  WATCHES_RESET("watches.reset", "Watches that lost events because their client was too slow"),
  LEADER_CHANGES("leader.changes", "Changes of the known leader or term"),
  SNAPSHOTS_RESTORED("snapshots.restored", "Snapshots of another peer that replaced the state");

  private final String metricName;
  private final String description;

  PeerCounter(String metricName, String description) {
    this.metricName = metricName;
    this.description = description;
  }

  /** Lower case, words separated by dots. */
  public String metricName() {
    return metricName;
  }

  public String description() {
    return description;
  }
}
