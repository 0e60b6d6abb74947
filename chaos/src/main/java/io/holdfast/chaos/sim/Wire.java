package io.holdfast.chaos.sim;

import io.holdfast.api.Event;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import java.util.ArrayList;
import java.util.List;

/** Takes messages between clients and peers through their wire format. */
final class Wire {
  private Wire() {}

  static RequestMessage carry(RequestMessage request) {
    byte[] bytes = ProtocolCodec.encodeRequest(request);
    List<RequestMessage> read = new ArrayList<>(1);
    ProtocolCodec.decodeRequests(
        bytes,
        0,
        bytes.length,
        new ProtocolCodec.RequestSink() {
          @Override
          public void request(long id, Request decoded) {
            read.add(new RequestMessage(id, decoded));
          }

          @Override
          public void rejected(long id, Reply.Failed failure) {
            throw new IllegalStateException(request + " is rejected as " + failure);
          }
        });
    return read.get(0);
  }

  static List<ServerMessage> carry(List<ServerMessage> messages) {
    List<ServerMessage> read = new ArrayList<>(messages.size());
    ProtocolCodec.MessageSink sink =
        new ProtocolCodec.MessageSink() {
          @Override
          public void answer(long id, Reply reply) {
            read.add(new ServerMessage.Answer(id, reply));
          }

          @Override
          public void event(Event event) {
            read.add(event);
          }
        };
    for (ServerMessage message : messages) {
      byte[] bytes = ProtocolCodec.encodeMessage(message);
      ProtocolCodec.decodeMessages(bytes, 0, bytes.length, sink);
    }
    return read;
  }
}
