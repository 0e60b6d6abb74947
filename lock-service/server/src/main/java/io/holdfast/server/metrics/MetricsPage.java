package io.holdfast.server.metrics;

/** Writes docs/metrics.md from the catalog. */
final class MetricsPage {
  private static final String HEAD =
      """
      # Metrics

      This page is written from the server's catalog; a test keeps it current.

      A peer serves its metrics at `/metrics` on the client port, in the text format of Prometheus,
      unless `metrics.enabled` is false. Where `auth.enabled` is true any principal may read them. Every
      metric has the label `peer`. Beside those below there are the usual ones of a Java process, whose
      names begin with `jvm_`, `process_` and `system_`.

      What to watch:

      - `holdfast_peer_leader`: the sum over the cluster is 1. It is 0 for more than a second or two only
        while no majority can talk.
      - `holdfast_peer_degraded`: 1 means that the peer takes no part until it is restarted; its log says
        why.
      - `holdfast_peer_applied_index` of a peer against the leader's: how far it is behind.
      - `rate(holdfast_peer_leader_changes_total[5m])`: more than the odd one asks for a look at network,
        disk or pauses.
      - `rate(holdfast_peer_sessions_expired_total[5m])`: clients that died or could not reach the cluster.
      - `holdfast_gateway_requests_in_flight` against `limit.requests-in-flight`, and
        `holdfast_gateway_overloaded_total`: refused work.
      - `holdfast_gateway_slow_clients_total`: clients that do not read what they asked for.

      | metric | type | labels | meaning |
      |---|---|---|---|
      """;

  private MetricsPage() {}

  /** The whole page. */
  static String write() {
    StringBuilder page = new StringBuilder(HEAD);
    for (MeterCatalog.Family family : MeterCatalog.families()) {
      page.append("| `").append(family.name()).append("` | ").append(family.type());
      page.append(" | ").append(family.labels()).append(" | ").append(family.meaning());
      page.append(" |\n");
    }
    return page.toString();
  }
}
