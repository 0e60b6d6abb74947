package io.holdfast.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects what the codec hands over. */
final class Received implements ProtocolCodec.RequestSink {
  final List<RequestMessage> requests = new ArrayList<>();
  final List<ServerMessage.Answer> rejected = new ArrayList<>();

  static Received requests(byte[] bytes) {
    Received received = new Received();
    ProtocolCodec.decodeRequests(bytes, 0, bytes.length, received);
    return received;
  }

  static List<ServerMessage> messages(byte[] bytes) {
    List<ServerMessage> messages = new ArrayList<>();
    ProtocolCodec.decodeMessages(
        bytes,
        0,
        bytes.length,
        new ProtocolCodec.MessageSink() {
          @Override
          public void answer(long id, Reply reply) {
            messages.add(new ServerMessage.Answer(id, reply));
          }

          @Override
          public void event(Event event) {
            messages.add(event);
          }
        });
    return messages;
  }

  /** Cuts bytes that arrive in pieces of the given size into frames. */
  static List<byte[]> frames(byte[] bytes, int piece) {
    List<byte[]> frames = new ArrayList<>();
    Frames cutter = new Frames();
    for (int at = 0; at < bytes.length; at += piece) {
      cutter.feed(
          bytes,
          at,
          Math.min(piece, bytes.length - at),
          (from, offset, length) -> frames.add(Arrays.copyOfRange(from, offset, offset + length)));
    }
    return frames;
  }

  @Override
  public void request(long id, Request request) {
    requests.add(new RequestMessage(id, request));
  }

  @Override
  public void rejected(long id, Reply.Failed failure) {
    rejected.add(new ServerMessage.Answer(id, failure));
  }
}
