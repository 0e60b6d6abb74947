package io.holdfast.api;

/** What a peer sends to a client: the answer to a request, or an event nobody asked for. */
public sealed interface ServerMessage permits ServerMessage.Answer, Event {
  /**
   * The answer to one request.
   *
   * @param id that of the request; 0 when the request could not be read, after which the peer
   *     closes the connection
   */
  record Answer(long id, Reply reply) implements ServerMessage {}
}
