package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests whose answer takes its time: long polls and event streams. */
class WaitingTest {
  private static final String WAITING = "{\"session\":7,\"requestId\":5,\"waitMillis\":-1}";
  private final GatewayHarness.Settings settings = new GatewayHarness.Settings();

  @Test
  void aWaitThatIsGrantedAnswersThePoll() throws Exception {
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      harness.peer.answer(request -> new Reply.Queued("a", 1, 7));
      CompletableFuture<HttpResponse<String>> poll = poll(harness, WAITING);
      FakePeer.Asked asked = harness.peer.takeAsked();
      harness.peer.push(
          asked.channel(),
          new Event.Granted(8, RequestId.of(5), "a", 9, 60),
          new Event.Granted(7, RequestId.of(6), "b", 9, 60),
          new Event.Granted(7, new RequestId.Sequence(5, 2), "a", 10, 61));
      HttpResponse<String> answer = poll.get();
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"token\":10", "\"index\":61");
      assertThat(harness.peer.takeClosed()).isSameAs(asked.channel());
    }
  }

  @ParameterizedTest
  @EnumSource(Event.WaitEnd.class)
  void aWaitThatEndsWithoutAGrantAnswersThePoll(Event.WaitEnd end) throws Exception {
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      harness.peer.answer(request -> new Reply.Queued("a", 1, 7));
      CompletableFuture<HttpResponse<String>> poll = poll(harness, WAITING);
      harness.peer.push(
          harness.peer.takeAsked().channel(), new Event.WaitEnded(7, RequestId.of(5), "a", end));
      int expected = end == Event.WaitEnd.SESSION_ENDED ? 410 : 409;
      assertThat(poll.get().statusCode()).isEqualTo(expected);
    }
  }

  @Test
  void aPollThatLastedLongEnoughSaysThatTheRequestIsQueued() throws Exception {
    settings.longPollMillis = 20;
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      harness.peer.answer(request -> new Reply.Queued("a", 3, 7));
      HttpResponse<String> answer = poll(harness, WAITING).get();
      assertThat(answer.statusCode()).isEqualTo(202);
      assertThat(answer.body()).contains("\"result\":\"queued\"", "\"position\":3");
      assertThat(harness.peer.takeAsked().request()).isInstanceOf(Request.Acquire.class);
      assertThat(harness.peer.wasAskedNothing()).isTrue();
    }
  }

  @Test
  void aWaitWithoutAnIdOfItsOwnIsWithdrawnWhenItsClientGoesAway() throws Exception {
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      harness.peer.answer(request -> new Reply.Queued("a", 1, 7));
      FakePeer.Asked asked;
      try (Socket socket = harness.socket()) {
        String body = "{\"session\":7,\"waitMillis\":5000}";
        socket
            .getOutputStream()
            .write(
                ("POST /v1/locks/a/acquire HTTP/1.1\r\nHost: x\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.US_ASCII));
        asked = harness.peer.takeAsked();
      }
      RequestId id = ((Request.Acquire) asked.request()).requestId();
      assertThat(id).isInstanceOf(RequestId.Key.class);
      assertThat(harness.peer.takeAsked().request()).isEqualTo(new Request.CancelWait(7, id));
      assertThat(harness.peer.takeClosed()).isSameAs(asked.channel());
    }
  }

  @Test
  void anAllOrNothingAcquireWaitsLikeAnyOther() throws Exception {
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      harness.peer.answer(request -> new Reply.Queued("a", 1, 7));
      CompletableFuture<HttpResponse<String>> poll =
          harness
              .client()
              .sendAsync(
                  post(
                      harness,
                      "/v1/acquire-all",
                      "{\"session\":7,\"requestId\":\"k\",\"locks\":[\"a\",\"b\"],\"waitMillis\":-1}"),
                  HttpResponse.BodyHandlers.ofString());
      harness.peer.push(
          harness.peer.takeAsked().channel(),
          new Event.GrantedAll(7, RequestId.of("k"), List.of(), 61));
      assertThat(poll.get().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aWatchTellsWhatHappensWithIdsToResumeFrom() throws Exception {
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      FakePeer.Asked asked;
      try (Socket socket = harness.socket()) {
        BufferedReader lines = watch(socket, "/v1/watch?prefix=a/&from=3", "");
        asked = harness.peer.takeAsked();
        assertThat(asked.request()).isEqualTo(new Request.Watch(null, "a/", 3));
        assertThat(nextEvent(lines)).startsWith("event: watching|data: {\"result\":\"watching\"");
        harness.peer.push(
            asked.channel(), changed(50, "a/x"), changed(50, "a/y"), changed(51, "a/z"));
        assertThat(nextEvent(lines)).startsWith("id: 50|event: granted|data: {").contains("a/x");
        assertThat(nextEvent(lines)).startsWith("id: 50-1|event: granted").contains("a/y");
        assertThat(nextEvent(lines)).startsWith("id: 51|event: granted").contains("a/z");
        harness.peer.push(asked.channel(), new Event.WatchReset(1, 70));
        assertThat(nextEvent(lines)).startsWith("event: reset|data: {");
      }
      assertThat(harness.peer.takeClosed()).isSameAs(asked.channel());
    }
  }

  @Test
  void aWatchThatComesBackMissesNothingAndSeesNothingTwice() throws Exception {
    try (GatewayHarness harness = new GatewayHarness(settings.build());
        Socket socket = harness.socket()) {
      BufferedReader lines = watch(socket, "/v1/watch?prefix=a/&from=3", "Last-Event-ID: 50-1\r\n");
      FakePeer.Asked asked = harness.peer.takeAsked();
      assertThat(asked.request()).isEqualTo(new Request.Watch(null, "a/", 50));
      assertThat(nextEvent(lines)).startsWith("event: watching");
      harness.peer.push(
          asked.channel(),
          changed(50, "a/x"),
          changed(50, "a/y"),
          changed(50, "a/z"),
          changed(51, "a/x"));
      assertThat(nextEvent(lines)).startsWith("id: 50-2|").contains("a/z");
      assertThat(nextEvent(lines)).startsWith("id: 51|");
    }
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      HttpResponse<String> wrong =
          harness.send(harness.request("/v1/watch?prefix=").header("Last-Event-ID", "5-x").build());
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("Last-Event-ID");
    }
  }

  @Test
  void aSilentWatchGetsComments() throws Exception {
    settings.heartbeatMillis = 10;
    try (GatewayHarness harness = new GatewayHarness(settings.build());
        Socket socket = harness.socket()) {
      BufferedReader lines = watch(socket, "/v1/watch?lock=a", "");
      assertThat(nextEvent(lines)).startsWith("event: watching");
      assertThat(nextEvent(lines)).startsWith(": ");
      assertThat(nextEvent(lines)).startsWith(": ");
    }
  }

  @Test
  void aStoppingPeerSaysSoFinishesWhatItTookAndCloses() throws Exception {
    GatewayHarness harness = new GatewayHarness(settings.build());
    try (RawStream stream = harness.stream().hello();
        Socket watcher = harness.socket()) {
      BufferedReader lines = watch(watcher, "/v1/watch?lock=a", "");
      assertThat(nextEvent(lines)).startsWith("event: watching");
      harness.peer.takeAsked();
      harness.peer.answer(request -> new Reply.Queued("a", 1, 7));
      CompletableFuture<HttpResponse<String>> poll = poll(harness, WAITING);
      harness.peer.takeAsked();
      // Nothing tells when the answer has reached the event loop but the next answer on it.
      harness.peer.answer(request -> null);
      stream.send(StreamTest.acquire(2));
      FakePeer.Asked taken = harness.peer.takeAsked();
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(harness.gateway::close);
      assertThat(stream.next().path("event").asText()).isEqualTo("goingAway");
      assertThat(nextEvent(lines)).startsWith("event: goingAway");
      assertThat(poll.get().statusCode()).isEqualTo(202);
      assertThat(stopped).isNotDone();
      harness.peer.reply(taken, new Reply.Granted("a", 3, 7, 42));
      assertThat(stream.next().path("result").asText()).isEqualTo("granted");
      assertThat(stream.isEnded()).isTrue();
      stopped.get();
    } finally {
      harness.peer.close();
    }
  }

  private static Event changed(long index, String lock) {
    return new Event.LockChanged(1, index, Event.Change.GRANTED, lock, 7, "main", 3, null);
  }

  private static CompletableFuture<HttpResponse<String>> poll(GatewayHarness harness, String body) {
    return harness
        .client()
        .sendAsync(
            post(harness, "/v1/locks/a/acquire", body), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest post(GatewayHarness harness, String path, String body) {
    return harness
        .request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static BufferedReader watch(Socket socket, String path, String header) throws Exception {
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).startsWith("HTTP/1.1 200");
    boolean eventStream = false;
    String line = lines.readLine();
    while (!line.isEmpty()) {
      eventStream |= line.equalsIgnoreCase("content-type: text/event-stream");
      line = lines.readLine();
    }
    assertThat(eventStream).isTrue();
    return lines;
  }

  /** The lines of the next event or comment, joined; the sizes of chunks are passed over. */
  private static String nextEvent(BufferedReader lines) throws Exception {
    StringBuilder event = new StringBuilder();
    while (true) {
      String line = lines.readLine();
      assertThat(line).as("the stream goes on").isNotNull();
      if (line.isEmpty()) {
        if (event.length() > 0) {
          return event.toString();
        }
      } else if (!line.matches("[0-9a-f]+")) {
        event.append(event.length() == 0 ? "" : "|").append(line);
      }
    }
  }
}
