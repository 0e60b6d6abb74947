package io.holdfast.server.gateway;

import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is known of one HTTP connection. The bounds on time stand here: Vert.x closes a connection
 * on which no byte moves, but not one that keeps itself open byte by byte.
 */
final class ConnectionState {
  private final HttpConnection connection;
  private final boolean surplus;
  private final Set<HttpCall> calls = new LinkedHashSet<>();
  private long quietSinceNanos;
  private boolean hadCall;
  private boolean stopping;
  private boolean upgraded;

  /**
   * @param surplus true if it is beyond the bound: its first request is refused and it is closed
   */
  ConnectionState(HttpConnection connection, boolean surplus, long nowNanos) {
    this.connection = connection;
    this.surplus = surplus;
    this.quietSinceNanos = nowNanos;
  }

  boolean isSurplus() {
    return surplus;
  }

  /** Whether it is to be closed after the next answer. */
  boolean isClosing() {
    return surplus || stopping;
  }

  void stop() {
    stopping = true;
  }

  void callBegan(HttpCall call) {
    hadCall = true;
    calls.add(call);
  }

  void callEnded(HttpCall call) {
    calls.remove(call);
    quietSinceNanos = System.nanoTime();
  }

  int callCount() {
    return calls.size();
  }

  /** A copy, because what is done with a call may end it. */
  List<HttpCall> calls() {
    return List.copyOf(calls);
  }

  /** Copies of the calls that are neither long polls nor event streams. */
  List<HttpCall> briefCalls() {
    List<HttpCall> brief = new ArrayList<>(calls.size());
    for (HttpCall call : calls) {
      if (!call.isLasting()) {
        brief.add(call);
      }
    }
    return brief;
  }

  /** The connection is a stream from now on, which has rules of its own. */
  void upgraded() {
    upgraded = true;
  }

  boolean isUpgraded() {
    return upgraded;
  }

  /** Whether it has no call under way and should have sent a whole one long ago. */
  boolean isOverdue(long nowNanos, GatewaySettings.Timeouts timeouts) {
    if (upgraded || !calls.isEmpty()) {
      return false;
    }
    long patienceMillis = hadCall ? timeouts.idleMillis() : timeouts.headerMillis();
    return nowNanos - quietSinceNanos > patienceMillis * 1_000_000L;
  }

  void close() {
    connection.close();
  }
}
