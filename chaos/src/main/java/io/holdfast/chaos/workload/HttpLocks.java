package io.holdfast.chaos.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.history.Outcomes;
import io.holdfast.chaos.history.Outcomes.Failure;
import io.holdfast.chaos.history.Outcomes.OutcomeException;
import io.holdfast.chaos.workload.HttpCaller.Answer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Locks over plain HTTP, as a program without a client library would use them: one session, kept
 * alive every third of its TTL, requests repeated under the same id until they have an answer.
 */
final class HttpLocks implements LockDriver {
  private static final long RETRY_NANOS = 100_000_000;
  private static final int STATUS_ACCEPTED = 202;
  private static final int STATUS_CONFLICT = 409;
  private static final int STATUS_GONE = 410;

  private final Environment environment;
  private final HttpCaller http;
  private final ClientOptions options;
  private @Nullable Session session;
  private long requests;
  private boolean ended;

  /** A session as this client sees it. */
  private static final class Session {
    private final long id;
    private final long ttlNanos;
    private long acknowledgedNanos;
    private boolean over;

    private Session(long id, long ttlNanos, long acknowledgedNanos) {
      this.id = id;
      this.ttlNanos = ttlNanos;
      this.acknowledgedNanos = acknowledgedNanos;
    }
  }

  HttpLocks(Environment environment, HttpCaller http, ClientOptions options) {
    this.environment = environment;
    this.http = http;
    this.options = options;
  }

  @Override
  public CompletableFuture<Optional<Hold>> acquire(LockWish wish) {
    return session().thenCompose(held -> acquire(held, wish));
  }

  private CompletableFuture<Optional<Hold>> acquire(Session held, LockWish wish) {
    ObjectNode body = object().put("session", held.id).put("owner", wish.owner());
    body.put("requestId", requestId()).put("waitMillis", wish.patience().toMillis());
    if (wish.mode() == LockWish.Mode.SHARED) {
      body.put("mode", "shared");
    } else if (wish.mode() == LockWish.Mode.SEMAPHORE) {
      body.put("mode", "semaphore").put("limit", wish.limit()).put("permits", wish.permits());
    }
    long patience = wish.patience().toNanos() + options.requestTimeout().toNanos();
    return repeat("POST", "/v1/locks/" + wish.lock() + "/acquire", body, patience)
        .handle((answer, failure) -> outcome(held, wish, answer, failure));
  }

  private Optional<Hold> outcome(
      Session held, LockWish wish, @Nullable Answer answer, @Nullable Throwable failure) {
    if (failure != null) {
      Failure told = Outcomes.failure(failure);
      if (!told.definite()) {
        // It may be granted later, and nobody would give it back: the session goes.
        end(held);
      }
      throw new OutcomeException(told.definite(), told.error(), told.message());
    }
    JsonNode body = answer.body();
    if (answer.status() == STATUS_CONFLICT && body.path("result").asText().equals("busy")) {
      return Optional.empty();
    }
    if (answer.status() == STATUS_GONE) {
      held.over = true;
      throw new OutcomeException(false, "SessionLost", body.path("detail").asText());
    }
    if (answer.status() >= 300) {
      throw new OutcomeException(true, body.path("error").asText("http"), body.toString());
    }
    return Optional.of(new HttpHold(wish.lock(), body.path("token").asLong(), held, wish.owner()));
  }

  private final class HttpHold implements Hold {
    private final String lock;
    private final long token;
    private final Session held;
    private final String owner;

    private HttpHold(String lock, long token, Session held, String owner) {
      this.lock = lock;
      this.token = token;
      this.held = held;
      this.owner = owner;
    }

    @Override
    public String lock() {
      return lock;
    }

    @Override
    public long token() {
      return token;
    }

    @Override
    public long remainingNanos() {
      long end = held.acknowledgedNanos + held.ttlNanos;
      return held.over ? 0 : Math.max(0, end - environment.nowNanos());
    }

    @Override
    public CompletableFuture<Void> release() {
      ObjectNode body = object().put("session", held.id).put("owner", owner).put("token", token);
      body.put("requestId", requestId());
      return repeat(
              "POST", "/v1/locks/" + lock + "/release", body, options.requestTimeout().toNanos())
          .thenApply(HttpLocks::released)
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  // Kept alive, the session would hold for ever what nobody will release again.
                  end(held);
                }
              });
    }
  }

  private static @Nullable Void released(Answer answer) {
    if (answer.status() >= 300) {
      throw new OutcomeException(
          false, answer.body().path("error").asText("http"), answer.body().toString());
    }
    return null;
  }

  @Override
  public CompletableFuture<Reading> read(String lock) {
    return repeat("GET", "/v1/locks/" + lock, null, options.requestTimeout().toNanos())
        .thenApply(HttpLocks::reading);
  }

  private static Reading reading(Answer answer) {
    if (answer.status() != 200) {
      throw new OutcomeException(true, "http", answer.body().toString());
    }
    JsonNode holders = answer.body().path("holders");
    int waiting = answer.body().path("waiting").asInt();
    return holders.isEmpty()
        ? new Reading(0, "", waiting)
        : new Reading(
            holders.get(0).path("token").asLong(), holders.get(0).path("owner").asText(), waiting);
  }

  private CompletableFuture<Session> session() {
    Session known = session;
    if (known != null && !known.over) {
      return CompletableFuture.completedFuture(known);
    }
    ObjectNode body = object().put("ttlMillis", options.sessionTtl().toMillis());
    body.put("owner", options.name()).put("nonce", requestId());
    long sentNanos = environment.nowNanos();
    return repeat("POST", "/v1/sessions", body, options.requestTimeout().toNanos())
        .handle((answer, failure) -> opened(sentNanos, answer, failure));
  }

  private Session opened(long sentNanos, @Nullable Answer answer, @Nullable Throwable failure) {
    if (failure != null || answer.status() >= 300) {
      // Nothing was asked of a lock yet.
      throw new OutcomeException(true, "NoSession", String.valueOf(failure));
    }
    long ttlNanos = answer.body().path("ttlMillis").asLong() * 1_000_000;
    Session opened = new Session(answer.body().path("session").asLong(), ttlNanos, sentNanos);
    session = opened;
    keepAlive(opened);
    return opened;
  }

  private void keepAlive(Session held) {
    environment.after(
        held.ttlNanos / 3,
        () -> {
          if (ended || held.over) {
            return;
          }
          long sentNanos = environment.nowNanos();
          CompletableFuture<Void> unused =
              http.call("POST", "/v1/sessions/" + held.id + "/keepalive", object())
                  .handle((answer, failure) -> keptAlive(held, sentNanos, answer));
          keepAlive(held);
        });
  }

  private static @Nullable Void keptAlive(Session held, long sentNanos, @Nullable Answer answer) {
    if (answer != null && answer.status() == 200) {
      held.acknowledgedNanos = Math.max(held.acknowledgedNanos, sentNanos);
    } else if (answer != null && answer.status() == STATUS_GONE) {
      held.over = true;
    }
    return null;
  }

  private void end(Session held) {
    held.over = true;
    CompletableFuture<Answer> unused =
        repeat("DELETE", "/v1/sessions/" + held.id, null, options.requestTimeout().toNanos());
  }

  /** Asks until there is an answer that is none of "not yet" and "elsewhere". */
  private CompletableFuture<Answer> repeat(
      String method, String path, @Nullable JsonNode body, long patienceNanos) {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    long deadline = environment.nowNanos() + patienceNanos;
    attempt(new Attempt(method, path, body, deadline, result), false);
    return result;
  }

  private record Attempt(
      String method,
      String path,
      @Nullable JsonNode body,
      long deadlineNanos,
      CompletableFuture<Answer> result) {}

  private void attempt(Attempt asked, boolean mayHaveBeenDone) {
    CompletableFuture<Void> unused =
        http.call(asked.method, asked.path, asked.body)
            .handle(
                (answer, failure) -> {
                  answered(asked, mayHaveBeenDone, answer, failure);
                  return null;
                });
  }

  private void answered(
      Attempt asked, boolean before, @Nullable Answer answer, @Nullable Throwable failure) {
    boolean mayHaveBeenDone = before;
    String why;
    if (answer != null) {
      boolean later = answer.status() == STATUS_ACCEPTED || answer.status() >= 500;
      if (!later) {
        asked.result.complete(answer);
        return;
      }
      mayHaveBeenDone |= answer.status() == STATUS_ACCEPTED || answer.status() == 504;
      why = answer.status() + " " + answer.body();
    } else {
      Failure told = Outcomes.failure(java.util.Objects.requireNonNull(failure));
      mayHaveBeenDone |= !told.definite();
      why = told.message();
    }
    if (environment.nowNanos() > asked.deadlineNanos || ended) {
      asked.result.completeExceptionally(new OutcomeException(!mayHaveBeenDone, "NoAnswer", why));
      return;
    }
    boolean mayHave = mayHaveBeenDone;
    environment.after(RETRY_NANOS, () -> attempt(asked, mayHave));
  }

  private String requestId() {
    return options.name() + "-" + Long.toHexString(environment.random().nextLong()) + requests++;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Keep-alives are not sent for so long; what is under way comes back when it will. */
  @Override
  public void pause(long nanos) {
    Session held = session;
    if (held != null) {
      held.over = true;
    }
  }

  @Override
  public void crash() {
    ended = true;
  }

  @Override
  public CompletableFuture<Void> close() {
    Session held = session;
    ended = true;
    if (held == null || held.over) {
      return CompletableFuture.completedFuture(null);
    }
    return http.call("DELETE", "/v1/sessions/" + held.id, null).handle((answer, failure) -> null);
  }
}
