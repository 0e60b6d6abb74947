package io.holdfast.server.peer;

/** What a peer measures after each turn. The names are those of the metrics without prefix. */
public enum PeerGauge {
  TERM("term", "Current term"),
  IS_LEADER("leader", "1 while this peer leads and serves, otherwise 0"),
  COMMIT_INDEX("commit.index", "Log index known to be committed"),
  APPLIED_INDEX("applied.index", "Log index applied"),
  SESSIONS("sessions", "Sessions in the replicated state"),
  SESSIONS_WATCHED("sessions.watched", "Sessions whose TTL this peer watches as leader"),
  LOCKS("locks", "Locks remembered"),
  WAITS_WATCHED("waits.watched", "Waits whose time this peer watches as leader"),
  WAITERS("waiters", "Waits whose end this peer will push to a client"),
  WATCHES("watches", "Watches of this peer's clients"),
  CALLS("calls", "Requests of this peer's clients without an answer yet"),
  CALLS_HELD("calls.held", "Requests that wait for a leader"),
  CALLS_FORWARDED("calls.forwarded", "Requests that wait for the leader's answer"),
  STALLED_MILLIS("stalled.millis", "Time that was given back to sessions because the loop stood"),
  DEGRADED("degraded", "1 when this peer takes no part until it is restarted");

  private final String metricName;
  private final String description;

  PeerGauge(String metricName, String description) {
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
