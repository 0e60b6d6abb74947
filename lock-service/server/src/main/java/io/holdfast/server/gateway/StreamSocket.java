package io.holdfast.server.gateway;

import io.holdfast.api.ServerMessage;
import java.util.List;

/** What carries the messages of a stream. Used on its event loop only. */
interface StreamSocket {
  /** Sends messages, in one write unless they are large; stops when the client is overfull. */
  void write(List<ServerMessage> messages);

  /** Sends the smallest thing that tells the other side, and what lies between, that we live. */
  void writeSignOfLife();

  /** What was sent and not taken. */
  Unread unread();

  /** Closes after what was written has left. */
  void close();

  /** For the log. */
  String remote();
}
