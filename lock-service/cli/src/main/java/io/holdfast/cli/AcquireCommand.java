package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.http.HttpApi;
import io.holdfast.cli.http.Problem;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast acquire}: takes a lock and leaves it held when the command ends. */
@Command(
    name = "acquire",
    description = "Take a lock and leave it held; nobody renews it but 'holdfast renew'.",
    footer = {
      "",
      "Prints the session and the fencing token, which 'renew' and 'release' want. Without a",
      "renewal the lock is free again after the TTL. To run a command under a lock that is renewed",
      "for you, use 'holdfast lock'.",
      "",
      "Exit codes: 0 granted, 1 busy or refused, 2 usage, 3 outcome unknown, 4 unavailable.",
      "",
      "Example:",
      "  holdfast acquire orders/42 --ttl 30s --wait 5s"
    })
final class AcquireCommand implements Callable<Integer> {
  /** The longest the service holds one request of a waiting acquire. */
  private static final Duration LONGEST_POLL = Duration.ofSeconds(30);

  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(paramLabel = "LOCK", description = "The lock's name, for example orders/42.")
  private String lock;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "TTL of the session that holds the lock (default: ${DEFAULT-VALUE}).")
  private Duration ttl;

  @Option(
      names = "--session",
      paramLabel = "ID",
      defaultValue = "0",
      description = "Take the lock with this open session instead of a new one.")
  private long session;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "0",
      description = "How long to queue for the lock; 'forever' too (default: do not queue).")
  private Duration wait;

  @Option(
      names = "--owner",
      paramLabel = "NAME",
      defaultValue = "main",
      description = "Who within the session holds it (default: ${DEFAULT-VALUE}).")
  private String owner;

  @ArgGroup private Mode mode = new Mode();

  @Option(names = "--json", description = "Print the service's answer as JSON.")
  private boolean json;

  /** How the lock is held; exclusively when nothing is said. */
  static final class Mode {
    @Option(names = "--shared", description = "Share the lock with other shared holders.")
    private boolean shared;

    @Option(
        names = "--semaphore",
        paramLabel = "LIMIT",
        description = "Take one permit of a semaphore with LIMIT permits in all.")
    private int semaphoreLimit;
  }

  @Override
  public Integer call() throws InterruptedException {
    HttpApi http = connection.http();
    boolean opened = session == 0;
    if (opened) {
      session = openSession(http);
    }
    ScheduledExecutorService renewal =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "keep-alive");
              thread.setDaemon(true);
              return thread;
            });
    long everyMillis = Math.max(1, ttl.toMillis() / 3);
    ScheduledFuture<?> renewals =
        renewal.scheduleWithFixedDelay(
            () -> keepAlive(http), everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    try {
      JsonNode answer = acquire(http);
      boolean granted = answer.path("result").asText().equals("granted");
      if (granted) {
        keepAlive(http);
      } else if (opened) {
        http.call("DELETE", "/v1/sessions/" + session, null, Duration.ZERO);
      }
      print(answer, granted);
      return granted ? ExitCodes.OK : ExitCodes.REFUSED;
    } finally {
      renewals.cancel(false);
      renewal.shutdown();
    }
  }

  private long openSession(HttpApi http) throws InterruptedException {
    ObjectNode body = HttpApi.object();
    body.put("nonce", UUID.randomUUID().toString());
    body.put("ttlMillis", ttl.toMillis());
    body.put("owner", "holdfast acquire on " + hostName());
    return http.call("POST", "/v1/sessions", body, Duration.ZERO).path("session").asLong();
  }

  private JsonNode acquire(HttpApi http) throws InterruptedException {
    boolean endless = wait.equals(Durations.FOREVER);
    long deadline = endless ? Long.MAX_VALUE : System.nanoTime() + wait.toNanos();
    ObjectNode body = HttpApi.object();
    body.put("session", session);
    body.put("requestId", UUID.randomUUID().toString());
    body.put("owner", owner);
    body.put("waitMillis", Durations.waitMillis(wait));
    if (mode.shared) {
      body.put("mode", "shared");
    } else if (mode.semaphoreLimit != 0) {
      body.put("mode", "semaphore");
      body.put("limit", mode.semaphoreLimit);
      body.put("permits", 1);
    }
    while (true) {
      JsonNode answer =
          http.call("POST", HttpApi.lockPath(lock) + "/acquire", body, longestAnswer());
      boolean queued = answer.path("result").asText().equals("queued");
      if (!queued || (!endless && System.nanoTime() - deadline > 0)) {
        return answer;
      }
    }
  }

  private Duration longestAnswer() {
    return wait.compareTo(LONGEST_POLL) < 0 ? wait : LONGEST_POLL;
  }

  private void keepAlive(HttpApi http) {
    try {
      http.call("POST", "/v1/sessions/" + session + "/keepalive", null, Duration.ZERO);
    } catch (Problem stillHeldUntilItsTtl) {
      // The acquire itself tells when the session is gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print(JsonNode answer, boolean granted) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(HttpApi.text(answer));
    } else if (granted) {
      long token = answer.path("token").asLong();
      out.printf("granted %s  token %d  session %d%n", lock, token, session);
      out.printf(
          "release it with: holdfast release %s --session %d --token %d%n", lock, session, token);
    } else {
      out.printf("busy %s%n", lock);
      for (JsonNode holder : answer.path("holders")) {
        out.printf(
            "  held by session %d, owner %s, token %d%n",
            holder.path("session").asLong(),
            holder.path("owner").asText(),
            holder.path("token").asLong());
      }
    }
    out.flush();
  }

  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }
}
