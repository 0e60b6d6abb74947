package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.RequestId;
import io.holdfast.server.peer.ClientChannel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamTest {
  @Test
  void answersComeWithTheIdsOfTheirRequestsAndEventsInBetween() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open();
        RawStream stream = harness.stream().hello()) {
      stream.send(acquire(9));
      JsonNode answer = stream.next();
      assertThat(answer.path("id").asLong()).isEqualTo(9);
      assertThat(answer.path("ok").asBoolean()).isTrue();
      assertThat(answer.path("token").asLong()).isEqualTo(3);
      harness.peer.push(
          harness.peer.takeAsked().channel(),
          new Event.Granted(7, RequestId.of(5), "a", 4, 50),
          new Event.SessionEnded(7, Event.SessionEnd.EXPIRED));
      assertThat(stream.next().path("event").asText()).isEqualTo("granted");
      assertThat(stream.next().path("event").asText()).isEqualTo("sessionEnded");
    }
  }

  @Test
  void whatIsReadyInOneTurnLeavesInOneWriteAndWhatArrivesTogetherIsHandedOverTogether()
      throws Exception {
    try (GatewayHarness harness = GatewayHarness.open();
        RawStream stream = harness.stream().hello()) {
      long before = harness.gateway.metrics().count(GatewayCounter.STREAM_WRITES);
      List<String> requests = new ArrayList<>();
      for (int id = 2; id < 102; id++) {
        requests.add(acquire(id));
      }
      stream.send("[" + String.join(",", requests) + "]");
      for (int id = 2; id < 102; id++) {
        assertThat(stream.next().path("id").asLong()).isEqualTo(id);
      }
      assertThat(harness.gateway.metrics().count(GatewayCounter.STREAM_WRITES) - before)
          .isEqualTo(1);
    }
  }

  @Test
  void framesMayBeCutAnywhere() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open();
        RawStream stream = harness.stream().hello()) {
      byte[] body = acquire(2).getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(frame);
      data.writeInt(body.length);
      data.write(body);
      for (byte one : frame.toByteArray()) {
        stream.sendBytes(new byte[] {one});
      }
      assertThat(stream.next().path("id").asLong()).isEqualTo(2);
    }
  }

  @Test
  void theFirstRequestHasToBeHello() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open();
        RawStream stream = harness.stream()) {
      stream.send(acquire(1));
      JsonNode refused = stream.next();
      assertThat(refused.path("error").asText()).isEqualTo("invalid-request");
      assertThat(refused.path("field").asText()).isEqualTo("op");
      assertThat(refused.path("message").asText()).contains("has to be hello");
      assertThat(stream.isEnded()).isTrue();
      assertThat(harness.peer.wasAskedNothing()).isTrue();
    }
  }

  @Test
  void anotherProtocolVersionIsRefusedWithTheOneSpoken() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open();
        RawStream stream = harness.stream()) {
      stream.send("{\"id\":1,\"op\":\"hello\",\"protocol\":2,\"client\":\"t\"}");
      JsonNode refused = stream.next();
      assertThat(refused.path("field").asText()).isEqualTo("protocol");
      assertThat(refused.path("value").asText()).isEqualTo("2");
      assertThat(refused.path("message").asText()).contains("speaks protocol 1");
      assertThat(stream.isEnded()).isTrue();
    }
  }

  @Test
  void aSecondHelloAndAnIdInUseAreRefusedAndTheStreamGoesOn() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open();
        RawStream stream = harness.stream().hello()) {
      stream.send("{\"id\":2,\"op\":\"hello\",\"protocol\":1,\"client\":\"t\"}");
      assertThat(stream.next().path("message").asText()).contains("said already");
      harness.peer.answer(request -> null);
      stream.send(acquire(3));
      stream.send(acquire(3));
      assertThat(stream.next().path("field").asText()).isEqualTo("id");
      harness.peer.reply(harness.peer.takeAsked(), new Reply.Released("a"));
      assertThat(stream.next().path("result").asText()).isEqualTo("released");
    }
  }

  @Test
  void aRequestWithAFaultDoesNotHarmItsNeighbours() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open();
        RawStream stream = harness.stream().hello()) {
      stream.send("[" + acquire(2) + ",{\"id\":3,\"op\":\"acquire\"}," + acquire(4) + "]");
      List<Long> granted = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        JsonNode answer = stream.next();
        if (answer.path("ok").asBoolean()) {
          granted.add(answer.path("id").asLong());
        } else {
          assertThat(answer.path("id").asLong()).isEqualTo(3);
        }
      }
      assertThat(granted).containsExactly(2L, 4L);
    }
  }

  @Test
  void brokenFramesEndTheStreamWithTheReason() throws Exception {
    byte[][] broken = {
      {0, 0, 0, 0}, {127, 0, 0, 0}, {-1, -1, -1, -1}, {0, 0, 0, 1, '{'}, {0, 0, 0, 2, '4', '2'},
    };
    try (GatewayHarness harness = GatewayHarness.open()) {
      for (byte[] bytes : broken) {
        try (RawStream stream = harness.stream().hello()) {
          stream.sendBytes(bytes);
          JsonNode refused = stream.next();
          assertThat(refused.path("id").asLong()).isZero();
          assertThat(refused.path("definite").asBoolean()).isTrue();
          assertThat(stream.isEnded()).isTrue();
        }
      }
    }
  }

  @Test
  void aClientThatDoesNotReadIsToldToWaitAndThenCutOff() throws Exception {
    GatewayHarness.Settings settings = new GatewayHarness.Settings();
    settings.unreadBytes = 512 * 1024;
    try (GatewayHarness harness = new GatewayHarness(settings.build());
        RawStream stream = harness.stream().hello()) {
      stream.send(acquire(2));
      ClientChannel channel = harness.peer.takeAsked().channel();
      stream.next();
      Event[] events = new Event[2_000];
      Arrays.fill(
          events,
          new Event.LockChanged(1, 9, Event.Change.VALUE, "a", 7, "main", 3, "v".repeat(60_000)));
      harness.peer.push(channel, events);
      assertThat(harness.peer.takeClosed()).isSameAs(channel);
      assertThat(stream.isEnded()).isTrue();
      assertThat(harness.gateway.metrics().count(GatewayCounter.SLOW_CLIENTS)).isEqualTo(1);
    }
  }

  @Test
  void aSlowClientThatCatchesUpIsReadyAgain() throws Exception {
    GatewayHarness.Settings settings = new GatewayHarness.Settings();
    settings.unreadBytes = 64 << 20;
    try (GatewayHarness harness = new GatewayHarness(settings.build());
        RawStream stream = harness.stream().hello()) {
      stream.send(acquire(2));
      ClientChannel channel = harness.peer.takeAsked().channel();
      stream.next();
      // More than the system's buffers hold and less than would have it cut off.
      Event[] events = new Event[600];
      Arrays.fill(
          events,
          new Event.LockChanged(1, 9, Event.Change.VALUE, "a", 7, "main", 3, "v".repeat(60_000)));
      harness.peer.push(channel, events);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (channel.isReady() && System.nanoTime() - deadline < 0) {
        Thread.onSpinWait();
      }
      assertThat(channel.isReady()).isFalse();
      for (int i = 0; i < events.length; i++) {
        assertThat(stream.next().path("event").asText()).isEqualTo("lock");
      }
      assertThat(harness.peer.takeResumed()).isSameAs(channel);
      assertThat(channel.isReady()).isTrue();
    }
  }

  @Test
  void aFullMailboxIsADefiniteRefusal() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open();
        RawStream stream = harness.stream().hello()) {
      harness.peer.accept(false);
      stream.send(acquire(2));
      JsonNode refused = stream.next();
      assertThat(refused.path("error").asText()).isEqualTo("overloaded");
      assertThat(refused.path("definite").asBoolean()).isTrue();
      harness.peer.accept(true);
      stream.send(acquire(2));
      assertThat(stream.next().path("ok").asBoolean()).isTrue();
    }
  }

  @Test
  void aConnectionHasABoundOnRequestsAndOnWatches() throws Exception {
    GatewayHarness.Settings settings = new GatewayHarness.Settings();
    settings.requestsPerConnection = 2;
    settings.watchesPerConnection = 1;
    try (GatewayHarness harness = new GatewayHarness(settings.build());
        RawStream stream = harness.stream().hello()) {
      stream.send("{\"id\":2,\"op\":\"watch\",\"prefix\":\"\"}");
      assertThat(stream.next().path("result").asText()).isEqualTo("watching");
      stream.send("{\"id\":3,\"op\":\"watch\",\"prefix\":\"\"}");
      assertThat(stream.next().path("error").asText()).isEqualTo("limit-exceeded");
      stream.send("{\"id\":4,\"op\":\"unwatch\",\"watch\":1}");
      assertThat(stream.next().path("result").asText()).isEqualTo("unwatched");
      stream.send("{\"id\":5,\"op\":\"watch\",\"prefix\":\"\"}");
      assertThat(stream.next().path("result").asText()).isEqualTo("watching");
      harness.peer.answer(request -> null);
      stream.send("[" + acquire(6) + "," + acquire(7) + "," + acquire(8) + "]");
      JsonNode refused = stream.next();
      assertThat(refused.path("id").asLong()).isEqualTo(8);
      assertThat(refused.path("error").asText()).isEqualTo("overloaded");
      assertThat(refused.path("field").asText()).isEqualTo("requestsInFlight");
    }
  }

  @Test
  void aSilentStreamGetsSignsOfLife() throws Exception {
    GatewayHarness.Settings settings = new GatewayHarness.Settings();
    settings.heartbeatMillis = 10;
    try (GatewayHarness harness = new GatewayHarness(settings.build());
        RawStream stream = harness.stream().hello()) {
      for (int i = 0; i < 3; i++) {
        JsonNode sign = stream.nextFrame();
        assertThat(sign.isArray()).isTrue();
        assertThat(sign).isEmpty();
      }
    }
  }

  @Test
  void aStreamThatNeverSaysHelloIsClosed() throws Exception {
    GatewayHarness.Settings settings = new GatewayHarness.Settings();
    settings.headerMillis = 50;
    try (GatewayHarness harness = new GatewayHarness(settings.build());
        RawStream stream = harness.stream()) {
      assertThat(stream.isEnded()).isTrue();
    }
  }

  @Test
  void aClosedStreamIsForgottenByThePeer() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open()) {
      ClientChannel channel;
      try (RawStream stream = harness.stream().hello()) {
        stream.send(acquire(2));
        channel = harness.peer.takeAsked().channel();
      }
      assertThat(harness.peer.takeClosed()).isSameAs(channel);
    }
  }

  @Test
  void whatArrivesAtAPlainRequestForTheStreamIsToldToUpgrade() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open()) {
      var response = harness.get("/v1/stream");
      assertThat(response.statusCode()).isEqualTo(426);
      assertThat(response.headers().firstValue("upgrade")).contains("holdfast/1, websocket");
      assertThat(harness.peer.wasAskedNothing()).isTrue();
    }
  }

  static String acquire(long id) {
    return "{\"id\":"
        + id
        + ",\"op\":\"acquire\",\"session\":7,\"lock\":\"a\",\"requestId\":"
        + id
        + "}";
  }
}
