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
  private final Runnable whenGone;
  private final Set<HttpCall> calls = new LinkedHashSet<>();
  private long quietSinceNanos;
  private boolean hadCall;
  private boolean stopping;
  private boolean upgraded;
  private boolean gone;

  /**
   * @param surplus true if it is beyond the bound: its first request is refused and it is closed
   * @param whenGone called once, when the connection has ended
   */
  ConnectionState(HttpConnection connection, boolean surplus, long nowNanos, Runnable whenGone) {
    this.connection = connection;
    this.whenGone = whenGone;
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

  /**
   * The connection has ended. Vert.x says so of an HTTP connection, but not of one that was handed
   * over to a stream, which therefore says it itself.
   */
  void gone() {
    if (!gone) {
      gone = true;
      whenGone.run();
    }
  }

  /** The connection is a stream from now on, which has rules of its own. */
  void upgraded() {
    upgraded = true;
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
