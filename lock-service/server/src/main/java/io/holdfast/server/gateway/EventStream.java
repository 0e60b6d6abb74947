package io.holdfast.server.gateway;

import io.holdfast.api.Event;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * A watch as server-sent events. An event's id is its log index; the second and later event of one
 * index have "-1", "-2" and so on behind it, so that a client which comes back with the last id it
 * saw misses nothing and sees nothing twice.
 */
final class EventStream implements HttpCall.Responder {
  private static final int WRITE_BYTES_TARGET = 256 * 1024;

  private final Position resume;
  private Buffer leaving = Buffer.buffer();
  private long lastIndex;
  private int eventsOfLastIndex;

  EventStream(Position resume) {
    this.resume = resume;
  }

  /**
   * Where a client stands.
   *
   * @param index log index of the last event it saw; 0 if it saw none
   * @param seen number of events of that index it saw
   */
  record Position(long index, int seen) {
    static final Position NONE = new Position(0, 0);

    /**
     * Reads what a Last-Event-ID header says.
     *
     * @throws HttpProblem if the text was never an id of ours
     */
    static Position parse(String text) {
      int hyphen = text.indexOf('-');
      try {
        long index = Long.parseLong(hyphen < 0 ? text : text.substring(0, hyphen));
        int before = hyphen < 0 ? 0 : Integer.parseInt(text.substring(hyphen + 1));
        if (index >= 1 && before >= 0 && before < Integer.MAX_VALUE) {
          return new Position(index, before + 1);
        }
      } catch (NumberFormatException e) {
        // Falls through to the one message for every wrong id.
      }
      throw HttpProblem.invalid(
          "Last-Event-ID", text, "is not the id of an event; send the last id that was received");
    }
  }

  @Override
  public void answer(HttpCall call, Reply reply) {
    if (!(reply instanceof Reply.Watching watching)) {
      call.end(reply);
      return;
    }
    call.last();
    call.parts().metrics().add(GatewayCounter.EVENT_STREAMS);
    HttpServerResponse response = call.response();
    response.setChunked(true);
    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream");
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    // Tells a proxy not to hold events back.
    response.putHeader("x-accel-buffering", "no");
    leaving.appendString("event: watching\ndata: ");
    leaving.appendBytes(ProtocolCodec.encodeBody(watching)).appendString("\n\n");
  }

  @Override
  public void event(HttpCall call, Event event) {
    switch (event.type()) {
      case LOCK_CHANGED -> changed((Event.LockChanged) event);
      case WATCH_RESET -> append("reset", event);
      case LEADER_CHANGED -> append("leader", event);
      case GOING_AWAY, GRANTED, GRANTED_ALL, WAIT_ENDED, REVOKED, SESSION_ENDED -> {
        // Not of a watch.
      }
    }
    if (leaving.length() > WRITE_BYTES_TARGET) {
      delivered(call);
    }
  }

  private void changed(Event.LockChanged change) {
    eventsOfLastIndex = change.index() == lastIndex ? eventsOfLastIndex + 1 : 1;
    lastIndex = change.index();
    if (lastIndex == resume.index() && eventsOfLastIndex <= resume.seen()) {
      return;
    }
    leaving.appendString("id: ").appendString(Long.toString(lastIndex));
    if (eventsOfLastIndex > 1) {
      leaving.appendString("-").appendString(Integer.toString(eventsOfLastIndex - 1));
    }
    leaving.appendString("\n");
    append(change.change().wireName(), change);
  }

  private void append(String name, Event event) {
    leaving.appendString("event: ").appendString(name).appendString("\ndata: ");
    leaving.appendBytes(ProtocolCodec.encodeMessage(event)).appendString("\n\n");
  }

  @Override
  public void delivered(HttpCall call) {
    if (leaving.length() == 0 || !call.isLasting()) {
      return;
    }
    HttpServerResponse response = call.response();
    call.unread().track(leaving.length(), response.write(leaving));
    leaving = Buffer.buffer();
    if (call.unread().isOverfull()) {
      call.parts().metrics().add(GatewayCounter.SLOW_CLIENTS);
      call.parts().notices().slow(call.remote(), call.parts().settings().bounds().unreadBytes());
      call.cutOff();
    }
  }

  /** Writes a comment, which clients skip. */
  @Override
  public void heartbeat(HttpCall call) {
    if (call.isLasting()) {
      leaving.appendString(": still here\n\n");
      delivered(call);
    }
  }

  @Override
  public void goAway(HttpCall call) {
    leaving.appendString("event: goingAway\ndata: {\"event\":\"goingAway\"}\n\n");
    delivered(call);
    call.endStarted();
  }
}
