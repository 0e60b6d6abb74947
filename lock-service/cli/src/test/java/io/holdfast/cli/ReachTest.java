package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.cli.cluster.ClusterPlan;
import io.holdfast.cli.cluster.LocalCluster;
import io.holdfast.client.ClientListener;
import io.holdfast.client.DeadlockException;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.InvalidRequestException;
import io.holdfast.client.Lease;
import io.holdfast.client.Session;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the replicated state can do is within reach of HTTP, the Java client and the command. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReachTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LOCKS_MAX = 12;

  @TempDir private static Path folder;
  private static LocalCluster cluster;
  private static HoldfastClient client;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void startOnePeer() throws Exception {
    ClusterPlan plan =
        ClusterPlan.onFreePorts("reach", folder, 1).with(List.of("limit.locks = " + LOCKS_MAX));
    cluster = new LocalCluster(plan, List.of());
    cluster.startAll();
    cluster.awaitReady(PATIENCE);
    client =
        HoldfastClient.builder()
            .endpoints(plan.clientAddresses().toArray(new String[0]))
            .requestTimeout(PATIENCE)
            .listener(new ClientListener() {})
            .build();
  }

  @AfterAll
  static void stopIt() {
    client.close();
    cluster.close();
  }

  @Test
  void severalLocksAtOnceOverHttp() throws Exception {
    long session = open("several");
    String body = "{\"session\":" + session + ",\"locks\":[\"h/a\",\"h/b\"],\"requestId\":1}";
    HttpResponse<String> granted = post("/v1/acquire-all", body);
    assertThat(granted.statusCode()).as(granted.body()).isEqualTo(200);
    assertThat(granted.body()).contains("\"lock\":\"h/a\"", "\"lock\":\"h/b\"");
    long other = open("other");
    HttpResponse<String> busy =
        post("/v1/acquire-all", "{\"session\":" + other + ",\"locks\":[\"h/b\"],\"requestId\":1}");
    assertThat(busy.statusCode()).isEqualTo(409);
    assertThat(busy.body()).contains("\"result\":\"busy\"");
    delete("/v1/sessions/" + session);
    delete("/v1/sessions/" + other);
  }

  @Test
  void aCircleOfWaitsIsRefusedAndNamed() throws Exception {
    try (Session one = client.newSession();
        Session two = client.newSession()) {
      Lease a = one.lock("d/a").owner("me").acquire(PATIENCE);
      Lease b = two.lock("d/b").owner("you").acquire(PATIENCE);
      var waiting = one.lock("d/b").owner("me").acquireAsync();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (client.reads().lock("d/b").waiting() == 0) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
      assertThatThrownBy(() -> two.lock("d/a").owner("you").acquire(PATIENCE))
          .isInstanceOf(DeadlockException.class)
          .hasMessageContaining("cycle");
      HttpResponse<String> refused =
          post(
              "/v1/locks/d/a/acquire",
              "{\"session\":"
                  + two.id()
                  + ",\"owner\":\"you\",\"requestId\":\"by-http\",\"waitMillis\":1000}");
      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body()).contains("\"error\":\"deadlock\"", "\"cycle\":[", "d/a", "d/b");
      b.release();
      waiting.get(60, TimeUnit.SECONDS).release();
      a.release();
    }
  }

  @Test
  void aWatchResumesBehindTheLastEventThatWasSeen() throws Exception {
    StringWriter first = new StringWriter();
    long index = client.reads().lock("w/x").index();
    Lease lease = client.lock("w/x").acquire(PATIENCE);
    lease.release();
    // The first line says that the watch has begun.
    assertThat(run(first, "watch", "w/", "--from", Long.toString(index), "--count", "3")).isZero();
    assertThat(first.toString()).contains("granted", "released");
    long granted =
        Long.parseLong(
            first.toString().replaceAll("(?s).*\"index\":(\\d+),\"type\":\"granted\".*", "$1"));

    StringWriter second = new StringWriter();
    String from = Long.toString(granted + 1);
    assertThat(run(second, "watch", "w/", "--from", from, "--count", "2")).isZero();
    assertThat(second.toString()).contains("released").doesNotContain("granted");
  }

  @Test
  void aLockThatWasForgottenGoesOnAboveAllItEverGranted() throws Exception {
    Lease held = client.lock("f/asked").acquire(PATIENCE);
    assertThat(run(new StringWriter(), "forget", "f/asked")).isEqualTo(ExitCodes.REFUSED);
    assertThatThrownBy(() -> client.forget("f/asked"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("1 holder(s)");
    held.release();
    StringWriter out = new StringWriter();
    assertThat(run(out, "forget", "f/asked")).isZero();
    assertThat(out.toString()).contains("f/asked is forgotten");
    assertThat(client.reads().lock("f/asked").token()).isZero();
    Lease again = client.lock("f/asked").acquire(PATIENCE);
    assertThat(again.token()).isGreaterThan(held.token());
    again.release();
    assertThat(client.forget("f/asked")).isGreaterThanOrEqualTo(again.token());

    Lease idle = client.lock("f/idle").acquire(PATIENCE);
    idle.release();
    for (int i = 0; i < LOCKS_MAX + 1; i++) {
      client.lock("f/filler/" + i).acquire(PATIENCE).release();
    }
    assertThat(client.reads().lock("f/idle").token()).as("made room by itself").isZero();
    Lease anew = client.lock("f/idle").acquire(PATIENCE);
    assertThat(anew.token()).isGreaterThan(idle.token());
    anew.release();
  }

  private static long open(String nonce) throws Exception {
    HttpResponse<String> opened =
        post("/v1/sessions", "{\"nonce\":\"" + nonce + "\",\"ttlMillis\":60000}");
    return Long.parseLong(opened.body().replaceAll("(?s).*\"session\":(\\d+).*", "$1"));
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://" + cluster.plan().clientAddresses().get(0) + path));
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return HTTP.send(
        request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void delete(String path) throws Exception {
    HTTP.send(request(path).DELETE().build(), HttpResponse.BodyHandlers.discarding());
  }

  private static int run(StringWriter out, String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(new StringWriter(), true));
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--endpoints=" + cluster.plan().clientAddresses().get(0);
    return commandLine.execute(all);
  }
}
