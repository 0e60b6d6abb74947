package io.holdfast.api;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Messages to bytes and back: UTF-8 JSON, an object or an array of objects. Requests are read
 * strictly; replies and events may have fields that this version does not know. Stateless and safe
 * for use by many threads.
 */
public final class ProtocolCodec {
  private static final int NUMBER_CHARS_MAX = 64;
  private static final int NAME_CHARS_MAX = 256;

  /**
   * A frame is ended at this size, so that with the largest single message it stays below {@link
   * Limits#FRAME_BYTES_MAX}.
   */
  private static final int FRAME_BYTES_TARGET = 128 << 10;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.NESTING_MAX)
                  .maxNumberLength(NUMBER_CHARS_MAX)
                  .maxNameLength(NAME_CHARS_MAX)
                  .maxStringLength(Limits.FRAME_BYTES_MAX)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private ProtocolCodec() {}

  /** Receives the requests of a frame, in order. */
  public interface RequestSink {
    /** A request in good order. */
    void request(long id, Request request);

    /**
     * A request that breaks the protocol, to be answered so.
     *
     * @param id that of the request, or 0 when there is none to be had; the connection is then to
     *     be closed after the answer
     */
    void rejected(long id, Reply.Failed failure);
  }

  /** Receives the messages of a frame, in order. */
  public interface MessageSink {
    /** An answer. */
    void answer(long id, Reply reply);

    /** An event. */
    void event(Event event);
  }

  /**
   * Appends requests as frames: each frame's length, then an object, or an array when several leave
   * together.
   */
  public static void encodeRequests(List<RequestMessage> requests, FrameBuffer into) {
    encode(requests, into, ProtocolCodec::writeRequest);
  }

  /** Appends replies and events as frames, like {@link #encodeRequests}. */
  public static void encodeMessages(List<? extends ServerMessage> messages, FrameBuffer into) {
    encode(messages, into, ProtocolCodec::writeMessage);
  }

  /** A request as one JSON text, for instance for a WebSocket text frame. */
  public static byte[] encodeRequest(RequestMessage request) {
    return text(json -> writeRequest(json, request));
  }

  /** A reply or event as one JSON text, for a WebSocket text frame or a server-sent event. */
  public static byte[] encodeMessage(ServerMessage message) {
    return text(json -> writeMessage(json, message));
  }

  /** A request without {@code id} and {@code op}, as in the body of an HTTP request. */
  public static byte[] encodeBody(Request request) {
    return text(
        json -> {
          json.writeStartObject();
          RequestJson.write(json, request);
          json.writeEndObject();
        });
  }

  /** A reply without {@code id} and {@code ok}, as in the body of an HTTP answer. */
  public static byte[] encodeBody(Reply reply) {
    return text(
        json -> {
          json.writeStartObject();
          ReplyJson.write(json, reply);
          json.writeEndObject();
        });
  }

  /** A failure as {@code application/problem+json} (RFC 9457). */
  public static byte[] encodeProblem(Reply.Failed failed) {
    return encodeProblem(failed, failed.error().httpStatus());
  }

  /** The same with another status, for what HTTP itself refuses, such as a method. */
  public static byte[] encodeProblem(Reply.Failed failed, int status) {
    return text(
        json -> {
          json.writeStartObject();
          json.writeStringField("type", "urn:holdfast:error:" + failed.error().wireName());
          json.writeStringField("title", failed.error().wireName().replace('-', ' '));
          json.writeNumberField("status", status);
          json.writeStringField("detail", failed.message());
          json.writeStringField("error", failed.error().wireName());
          ReplyJson.failureDetails(json, failed);
          json.writeEndObject();
        });
  }

  /**
   * Decodes the body of a frame or WebSocket text. A request with a fault is handed over as
   * rejected, and the others of the same frame are not affected; what is not JSON ends the frame.
   */
  public static void decodeRequests(byte[] bytes, int offset, int length, RequestSink sink) {
    try (JsonParser parser = JSON.createParser(bytes, offset, length)) {
      readAll(parser, fields -> deliverRequest(fields, sink));
    } catch (ProtocolException broken) {
      sink.rejected(0, broken.failure());
    } catch (IOException broken) {
      sink.rejected(0, notJson(broken));
    }
  }

  /**
   * Decodes the body of a frame or WebSocket text. Events this version does not know are skipped.
   *
   * @throws ProtocolException when the peer breaks the protocol; the connection is of no more use
   */
  public static void decodeMessages(byte[] bytes, int offset, int length, MessageSink sink) {
    try (JsonParser parser = JSON.createParser(bytes, offset, length)) {
      readAll(parser, fields -> deliverMessage(fields, sink));
    } catch (IOException broken) {
      throw new ProtocolException(notJson(broken));
    }
  }

  /**
   * Decodes the body of an HTTP request.
   *
   * @param body one JSON object, or nothing
   * @param given fields that stand in the path, the query or a header, as texts; a field must not
   *     stand in the body as well
   * @throws ProtocolException when the request breaks the protocol
   */
  public static Request decodeBody(Op op, byte[] body, Map<String, String> given) {
    if (body.length > Limits.HTTP_BODY_BYTES_MAX) {
      throw new ProtocolException(
          Reply.Failed.of(
              ErrorCode.BODY_TOO_LARGE,
              "the body has "
                  + body.length
                  + " bytes; at most "
                  + Limits.HTTP_BODY_BYTES_MAX
                  + " are allowed"));
    }
    try (JsonParser parser = JSON.createParser(body)) {
      JsonFields fields = body.length == 0 ? JsonFields.empty() : object(parser);
      fields.addGiven(given);
      return RequestJson.read(op, fields);
    } catch (IOException broken) {
      throw new ProtocolException(notJson(broken));
    }
  }

  /**
   * Decodes the body of an HTTP answer that is not a problem.
   *
   * @throws ProtocolException when the answer breaks the protocol
   */
  public static Reply decodeReplyBody(byte[] body) {
    try (JsonParser parser = JSON.createParser(body)) {
      return ReplyJson.read(object(parser));
    } catch (IOException broken) {
      throw new ProtocolException(notJson(broken));
    }
  }

  private static JsonFields object(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw notAnObject();
    }
    JsonFields fields = JsonFields.read(parser);
    requireEnd(parser);
    return fields;
  }

  private interface Consumer {
    void accept(JsonFields fields);
  }

  private static void readAll(JsonParser parser, Consumer consumer) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.START_OBJECT) {
      JsonFields fields = JsonFields.read(parser);
      requireEnd(parser);
      consumer.accept(fields);
      return;
    }
    if (token != JsonToken.START_ARRAY) {
      throw notAnObject();
    }
    int count = 0;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      if (token != JsonToken.START_OBJECT) {
        throw notAnObject();
      }
      if (++count > Limits.MESSAGES_PER_FRAME_MAX) {
        throw new ProtocolException(
            Reply.Failed.of(
                ErrorCode.LIMIT_EXCEEDED,
                "a frame may have at most "
                    + Limits.MESSAGES_PER_FRAME_MAX
                    + " messages; send more frames"));
      }
      consumer.accept(JsonFields.read(parser));
    }
    requireEnd(parser);
  }

  private static void requireEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new ProtocolException(
          Reply.Failed.of(
              ErrorCode.INVALID_REQUEST, "something follows the JSON text; send one text only"));
    }
  }

  private static ProtocolException notAnObject() {
    return new ProtocolException(
        Reply.Failed.of(
            ErrorCode.INVALID_REQUEST, "a message must be a JSON object or an array of objects"));
  }

  private static Reply.Failed notJson(IOException broken) {
    if (broken instanceof StreamConstraintsException bound) {
      return Reply.Failed.of(
          ErrorCode.LIMIT_EXCEEDED, "a bound of JSON is exceeded: " + bound.getOriginalMessage());
    }
    String where = "";
    if (broken instanceof JsonProcessingException processing) {
      JsonLocation at = processing.getLocation();
      if (at != null) {
        where = " (at line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
      }
    }
    return Reply.Failed.of(
        ErrorCode.INVALID_REQUEST, "the message is not well-formed JSON in UTF-8" + where);
  }

  private static void deliverRequest(JsonFields fields, RequestSink sink) {
    long id = 0;
    Request request;
    try {
      id = fields.requiredLong("id", 1, Long.MAX_VALUE);
      request = RequestJson.read(op(fields), fields);
    } catch (ProtocolException broken) {
      sink.rejected(id, broken.failure());
      return;
    }
    sink.request(id, request);
  }

  private static Op op(JsonFields fields) {
    String name = fields.requiredName("op", Limits.LABEL_BYTES_MAX);
    Op op = Op.byName(name);
    if (op == null) {
      throw fields.wrong("op", name, "is not an operation of protocol " + Limits.PROTOCOL_VERSION);
    }
    return op;
  }

  private static void deliverMessage(JsonFields fields, MessageSink sink) {
    if (fields.has("event")) {
      Event.Type type = WireNames.EVENTS.get(fields.requiredName("event", Limits.LABEL_BYTES_MAX));
      if (type != null) {
        sink.event(EventJson.read(type, fields));
      }
      return;
    }
    long id = fields.requiredLong("id", 0, Long.MAX_VALUE);
    boolean ok = fields.requiredBoolean("ok");
    if (ok == fields.has("error")) {
      throw fields.wrong("ok", Boolean.toString(ok), "contradicts the rest of the reply");
    }
    sink.answer(id, ReplyJson.read(fields));
  }

  private interface Writer<T> {
    void write(JsonGenerator json, T message) throws IOException;
  }

  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static <T> void encode(List<? extends T> messages, FrameBuffer into, Writer<T> writer) {
    int next = 0;
    while (next < messages.size()) {
      next = encodeFrame(messages, next, into, writer);
    }
  }

  private static <T> int encodeFrame(
      List<? extends T> messages, int first, FrameBuffer into, Writer<T> writer) {
    int next = first;
    int start = into.beginFrame();
    try (JsonGenerator json = JSON.createGenerator(into, JsonEncoding.UTF8)) {
      if (messages.size() - first == 1) {
        writer.write(json, messages.get(next++));
      } else {
        int end = Math.min(messages.size(), first + Limits.MESSAGES_PER_FRAME_MAX);
        json.writeStartArray();
        do {
          writer.write(json, messages.get(next++));
        } while (next < end && into.size() - start + json.getOutputBuffered() < FRAME_BYTES_TARGET);
        json.writeEndArray();
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory does not fail", impossible);
    }
    into.endFrame(start);
    return next;
  }

  private static byte[] text(Body body) {
    FrameBuffer buffer = new FrameBuffer();
    try (JsonGenerator json = JSON.createGenerator(buffer, JsonEncoding.UTF8)) {
      body.write(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory does not fail", impossible);
    }
    return buffer.toByteArray();
  }

  private static void writeRequest(JsonGenerator json, RequestMessage message) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", message.id());
    json.writeStringField("op", message.request().op().wireName());
    RequestJson.write(json, message.request());
    json.writeEndObject();
  }

  private static void writeMessage(JsonGenerator json, ServerMessage message) throws IOException {
    json.writeStartObject();
    if (message instanceof Event event) {
      EventJson.write(json, event);
    } else if (message instanceof ServerMessage.Answer answer) {
      json.writeNumberField("id", answer.id());
      json.writeBooleanField("ok", !(answer.reply() instanceof Reply.Failed));
      ReplyJson.write(json, answer.reply());
    }
    json.writeEndObject();
  }
}
