package io.holdfast.client;

import io.holdfast.api.Limits;
import io.holdfast.api.Names;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.client.internal.ClientCore;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Questions about locks, sessions and the cluster. Answers are linearizable, or, from {@link
 * #stale()}, those of the peer at hand, which may be behind. Safe for use by many threads.
 */
public final class Reads {
  private final ClientCore core;
  private final Calls calls;
  private final boolean stale;

  Reads(ClientCore core, Calls calls, boolean stale) {
    this.core = core;
    this.calls = calls;
    this.stale = stale;
  }

  /** The same questions, answered from what the peer at hand knows: faster, perhaps old. */
  public Reads stale() {
    return new Reads(core, calls, true);
  }

  /** Whether a holder with this token exists, and who holds the lock. */
  public Reply.Checked check(String lock, long token) throws InterruptedException {
    return ask(checkRequest(lock, token), Reply.Checked.class);
  }

  /** As {@link #check}, without waiting. */
  public CompletableFuture<Reply.Checked> checkAsync(String lock, long token) {
    Request request = checkRequest(lock, token);
    return calls.<Reply, Reply.Checked>async(
        completion -> core.call(request, completion), Reply.Checked.class::cast);
  }

  private Request checkRequest(String lock, long token) {
    if (token < 1) {
      throw new IllegalArgumentException("token must be at least 1; it is " + token);
    }
    return new Request.Check(DistributedLock.requireName(lock), token, stale);
  }

  /** A lock's holders, waiters and value. A lock that was never used reads as free. */
  public Reply.LockState lock(String name) throws InterruptedException {
    return ask(
        new Request.GetLock(DistributedLock.requireName(name), stale), Reply.LockState.class);
  }

  /** As {@link #lock(String)}, without waiting. */
  public CompletableFuture<Reply.LockState> lockAsync(String name) {
    Request request = new Request.GetLock(DistributedLock.requireName(name), stale);
    return calls.<Reply, Reply.LockState>async(
        completion -> core.call(request, completion), Reply.LockState.class::cast);
  }

  /** The first page of the locks whose names begin with a prefix; empty for all. */
  public Reply.LockPage locks(String prefix) throws InterruptedException {
    return locks(prefix, "", Limits.PAGE_ROWS_DEFAULT);
  }

  /**
   * A page of the locks whose names begin with a prefix, in the order of names.
   *
   * @param after the page begins behind this name; empty for the first
   * @param max most rows, 1 to 1,000
   */
  public Reply.LockPage locks(String prefix, String after, int max) throws InterruptedException {
    requireMax(max);
    requirePrefix(prefix);
    return ask(new Request.ListLocks(prefix, after, max, stale), Reply.LockPage.class);
  }

  /**
   * A page of the sessions, in the order of ids.
   *
   * @param after the page begins behind this id; 0 for the first
   * @param max most rows, 1 to 1,000
   */
  public Reply.SessionPage sessions(long after, int max) throws InterruptedException {
    requireMax(max);
    return ask(new Request.ListSessions(after, max, stale), Reply.SessionPage.class);
  }

  /** The cluster as the peer at hand sees it. */
  public Reply.ClusterState cluster() throws InterruptedException {
    return ask(new Request.Cluster(), Reply.ClusterState.class);
  }

  static void requirePrefix(String prefix) {
    @Nullable String problem = Names.prefixProblem(prefix);
    if (problem != null) {
      throw new IllegalArgumentException("prefix " + problem + "; it is '" + prefix + "'");
    }
  }

  private static void requireMax(int max) {
    if (max < 1 || max > Limits.PAGE_ROWS_MAX) {
      throw new IllegalArgumentException(
          "max must be from 1 to " + Limits.PAGE_ROWS_MAX + "; it is " + max);
    }
  }

  private <T extends Reply> T ask(Request request, Class<T> type) throws InterruptedException {
    return type.cast(calls.<Reply>await(completion -> core.call(request, completion)));
  }
}
