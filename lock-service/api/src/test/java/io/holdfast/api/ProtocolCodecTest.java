package io.holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProtocolCodecTest {

  @Test
  void samplesCoverEveryOperationReplyAndEvent() {
    EnumSet<Op> ops = EnumSet.noneOf(Op.class);
    Samples.REQUESTS.forEach(request -> ops.add(request.op()));
    EnumSet<Reply.Kind> kinds = EnumSet.noneOf(Reply.Kind.class);
    Samples.REPLIES.forEach(reply -> kinds.add(reply.kind()));
    EnumSet<Event.Type> types = EnumSet.noneOf(Event.Type.class);
    Samples.EVENTS.forEach(event -> types.add(event.type()));

    assertThat(ops).isEqualTo(EnumSet.allOf(Op.class));
    assertThat(kinds).isEqualTo(EnumSet.allOf(Reply.Kind.class));
    assertThat(types).isEqualTo(EnumSet.allOf(Event.Type.class));
  }

  static List<Request> requests() {
    return Samples.REQUESTS;
  }

  static List<Reply> replies() {
    return Samples.REPLIES;
  }

  static List<Event> events() {
    return Samples.EVENTS;
  }

  @ParameterizedTest
  @MethodSource("requests")
  void requestComesBackAsItWas(Request request) {
    byte[] bytes = ProtocolCodec.encodeRequest(new RequestMessage(7, request));

    assertThat(Received.requests(bytes).requests).containsExactly(new RequestMessage(7, request));
    assertThat(ProtocolCodec.decodeBody(request.op(), ProtocolCodec.encodeBody(request), Map.of()))
        .isEqualTo(request);
  }

  @ParameterizedTest
  @MethodSource("replies")
  void replyComesBackAsItWas(Reply reply) {
    ServerMessage.Answer answer = new ServerMessage.Answer(7, reply);

    assertThat(Received.messages(ProtocolCodec.encodeMessage(answer))).containsExactly(answer);
    assertThat(ProtocolCodec.decodeReplyBody(ProtocolCodec.encodeBody(reply))).isEqualTo(reply);
  }

  @ParameterizedTest
  @MethodSource("events")
  void eventComesBackAsItWas(Event event) {
    assertThat(Received.messages(ProtocolCodec.encodeMessage(event))).containsExactly(event);
  }

  @Test
  void severalRequestsLeaveInOneFrameAndKeepTheirOrder() {
    List<RequestMessage> sent = new ArrayList<>();
    for (Request request : Samples.REQUESTS) {
      sent.add(new RequestMessage(sent.size() + 1, request));
    }
    FrameBuffer buffer = new FrameBuffer();
    ProtocolCodec.encodeRequests(sent, buffer);

    List<byte[]> frames = Received.frames(buffer.toByteArray(), buffer.size());
    assertThat(frames).hasSize(1);
    assertThat(Received.requests(frames.get(0)).requests).isEqualTo(sent);
  }

  @Test
  void framesOfManyLargeMessagesStayBelowTheBound() {
    String value = "\u0001".repeat(Limits.VALUE_BYTES_MAX);
    List<RequestMessage> sent = new ArrayList<>();
    for (int id = 1; id <= 20; id++) {
      sent.add(new RequestMessage(id, new Request.Publish(1, null, "a", "o", 3, value)));
    }
    FrameBuffer buffer = new FrameBuffer();
    ProtocolCodec.encodeRequests(sent, buffer);

    List<RequestMessage> received = new ArrayList<>();
    for (byte[] frame : Received.frames(buffer.toByteArray(), 1_000)) {
      assertThat(frame.length).isLessThanOrEqualTo(Limits.FRAME_BYTES_MAX);
      received.addAll(Received.requests(frame).requests);
    }
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void framesMayArriveByteByByte() {
    FrameBuffer buffer = new FrameBuffer();
    List<ServerMessage> sent = new ArrayList<>(Samples.EVENTS);
    for (ServerMessage message : sent) {
      ProtocolCodec.encodeMessages(List.of(message), buffer);
    }

    List<ServerMessage> received = new ArrayList<>();
    for (byte[] frame : Received.frames(buffer.toByteArray(), 1)) {
      received.addAll(Received.messages(frame));
    }
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void frameOfImpossibleLengthIsRefusedBeforeItIsStored() {
    for (byte[] header : new byte[][] {{0, 16, 0, 1}, {-1, -1, -1, -1}, {0, 0, 0, 0}}) {
      assertThatThrownBy(() -> new Frames().feed(header, 0, 4, (bytes, offset, length) -> {}))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("frame");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"id":1,"op":"keepAlive"} | 1 | session | is missing
          {"id":1,"op":"keepAlive","session":"5"} | 1 | session | not a string
          {"id":1,"op":"keepAlive","session":5.0} | 1 | session | fraction
          {"id":1,"op":"keepAlive","session":null} | 1 | session | null
          {"id":1,"op":"keepAlive","session":0} | 1 | session | at least 1
          {"id":1,"op":"keepAlive","session":99999999999999999999} | 1 | session | at least 1
          {"id":1,"op":"keepAlive","session":1,"session":1} | 1 | session | twice
          {"id":1,"op":"keepAlive","session":1,"sesion":1} | 1 | sesion | is not known
          {"id":1,"op":"keepAlive","session":1,"deep":{"a":[{}]}} | 1 | deep | is not known
          {"id":1,"op":"keepalive","session":1} | 1 | op | not an operation
          {"op":"keepAlive","session":1} | 0 | id | is missing
          {"id":1,"op":"getLock","lock":"/a"} | 1 | lock | begin or end
          {"id":1,"op":"getLock","lock":"a//b"} | 1 | lock | empty segment
          {"id":1,"op":"getLock","lock":"a/../b"} | 1 | lock | segment '.'
          {"id":1,"op":"getLock","lock":""} | 1 | lock | empty
          {"id":1,"op":"getLock","lock":"a\\u0000"} | 1 | lock | control
          {"id":1,"op":"getLock","lock":"a\\ud800"} | 1 | lock | surrogate
          {"id":1,"op":"getLock","lock":"a","stale":1} | 1 | stale | true or false
          {"id":1,"op":"acquire","lock":"a"} | 1 | session | ttlMillis
          {"id":1,"op":"acquire","lock":"a","session":1,"ttlMillis":1000} | 1 | ttlMillis | one of the two
          {"id":1,"op":"acquire","lock":"a","ttlMillis":1} | 1 | ttlMillis | from 200
          {"id":1,"op":"acquire","lock":"a","session":1,"mode":"odd"} | 1 | mode | one of exclusive
          {"id":1,"op":"acquire","lock":"a","session":1,"limit":3} | 1 | limit | semaphore
          {"id":1,"op":"acquire","lock":"a","session":1,"mode":"semaphore"} | 1 | limit | is missing
          {"id":1,"op":"acquire","lock":"a","session":1,"mode":"semaphore","limit":2,"permits":3} | 1 | permits | from 1 to 2
          {"id":1,"op":"acquire","lock":"a","session":1,"waitMillis":-2} | 1 | waitMillis | from -1
          {"id":1,"op":"acquire","lock":"a","session":1,"requestId":true} | 1 | requestId | whole number or a string
          {"id":1,"op":"acquire","lock":"a","session":1,"requestId":3,"acknowledged":4} | 1 | acknowledged | from 0 to 3
          {"id":1,"op":"acquireAll","session":1,"locks":["a","a"]} | 1 | locks[1] | twice
          {"id":1,"op":"acquireAll","session":1,"locks":[]} | 1 | locks | at least one
          {"id":1,"op":"acquireAll","session":1,"locks":[3]} | 1 | locks[0] | string
          {"id":1,"op":"watch"} | 1 | prefix | is missing
          {"id":1,"op":"watch","lock":"a","prefix":"b"} | 1 | lock | excludes
          {"id":1,"op":"listLocks","max":5000} | 1 | max | from 1 to 1000
          """)
  void requestAtFaultIsRefusedWithFieldAndFix(String json, long id, String field, String fix) {
    Received received = Received.requests(json.getBytes(UTF_8));

    assertThat(received.requests).isEmpty();
    assertThat(received.rejected).hasSize(1);
    ServerMessage.Answer answer = received.rejected.get(0);
    Reply.Failed failed = (Reply.Failed) answer.reply();
    assertThat(answer.id()).isEqualTo(id);
    assertThat(failed.field()).isEqualTo(field);
    assertThat(failed.message()).contains(fix);
    assertThat(failed.error())
        .isEqualTo(
            fix.contains("is not known") ? ErrorCode.UNKNOWN_FIELD : ErrorCode.INVALID_REQUEST);
  }

  @Test
  void requestAtFaultDoesNotAffectItsNeighbours() {
    String json =
        """
        [{"id":1,"op":"cluster"},{"id":2,"op":"getLock","lock":7},{"id":3,"op":"cluster"}]""";
    Received received = Received.requests(json.getBytes(UTF_8));

    assertThat(received.requests).extracting(RequestMessage::id).containsExactly(1L, 3L);
    assertThat(received.rejected).extracting(ServerMessage.Answer::id).containsExactly(2L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"id":1 | well-formed
          nonsense | well-formed
          3 | object
          [3] | object
          {"id":1,"op":"cluster"} {} | follows
          [[{"id":1,"op":"cluster"}]] | object
          {"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}} | bound
          """)
  void whatIsNotAMessageIsRejectedWithoutId(String json, String says) {
    Received received = Received.requests(json.getBytes(UTF_8));

    assertThat(received.requests).isEmpty();
    assertThat(received.rejected).hasSize(1);
    assertThat(received.rejected.get(0).id()).isZero();
    assertThat(((Reply.Failed) received.rejected.get(0).reply()).message()).contains(says);
  }

  @Test
  void messageBehindTheBoundOfAFrameIsRefused() {
    StringBuilder json = new StringBuilder("[");
    for (int id = 1; id <= Limits.MESSAGES_PER_FRAME_MAX + 1; id++) {
      json.append(id == 1 ? "" : ",").append("{\"id\":").append(id).append(",\"op\":\"cluster\"}");
    }
    Received received = Received.requests(json.append("]").toString().getBytes(UTF_8));

    assertThat(received.requests).hasSize(Limits.MESSAGES_PER_FRAME_MAX);
    assertThat(received.rejected).hasSize(1);
    assertThat(((Reply.Failed) received.rejected.get(0).reply()).error())
        .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
  }

  @Test
  void absentFieldsHaveTheirDefaults() {
    assertThat(
            ProtocolCodec.decodeBody(
                Op.ACQUIRE, "{\"ttlMillis\":5000}".getBytes(UTF_8), Map.of("lock", "a/b")))
        .isEqualTo(
            new Request.Acquire(
                0, 5_000, null, "a/b", Limits.OWNER_DEFAULT, LockMode.EXCLUSIVE, 0, 0, 0));
    assertThat(
            ProtocolCodec.decodeBody(
                Op.LIST_LOCKS, new byte[0], Map.of("prefix", "a", "max", "7", "stale", "true")))
        .isEqualTo(new Request.ListLocks("a", "", 7, true));
  }

  @Test
  void fieldOfThePathMayNotStandInTheBodyToo() {
    assertThatThrownBy(
            () ->
                ProtocolCodec.decodeBody(
                    Op.GET_LOCK, "{\"lock\":\"b\"}".getBytes(UTF_8), Map.of("lock", "a")))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("'lock' stands twice");
    assertThatThrownBy(
            () -> ProtocolCodec.decodeBody(Op.LIST_LOCKS, new byte[0], Map.of("max", "many")))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("'max' must be a whole number; it is many");
  }

  @Test
  void bodyThatIsTooLargeIsRefused() {
    byte[] body = new byte[Limits.HTTP_BODY_BYTES_MAX + 1];
    Arrays.fill(body, (byte) ' ');
    assertThatThrownBy(() -> ProtocolCodec.decodeBody(Op.CLUSTER, body, Map.of()))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("body-too-large");
  }

  @Test
  void clientIgnoresWhatANewerPeerAdds() {
    String json =
        """
        [{"event":"weather","sun":true},\
        {"id":3,"ok":true,"result":"released","lock":"a","later":[1,{"x":null}]},\
        {"id":4,"ok":false,"error":"too-hot","message":"wait","definite":true,"retry":false},\
        {"id":5,"ok":false,"error":"too-cold","message":"wait"}]""";

    assertThat(Received.messages(json.getBytes(UTF_8)))
        .containsExactly(
            new ServerMessage.Answer(3, new Reply.Released("a")),
            new ServerMessage.Answer(4, Reply.Failed.of(ErrorCode.UNAVAILABLE, "too-hot: wait")),
            new ServerMessage.Answer(
                5, Reply.Failed.of(ErrorCode.OUTCOME_UNKNOWN, "too-cold: wait")));
  }

  @Test
  void credentialsAreNotPrinted() {
    assertThat(new Request.Hello(1, "c", "s3cret").toString()).doesNotContain("s3cret");
  }
}
