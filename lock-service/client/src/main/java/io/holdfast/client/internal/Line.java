package io.holdfast.client.internal;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.LeaderHint;
import io.holdfast.api.Limits;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import io.holdfast.client.spi.ClientRuntime;
import io.holdfast.client.spi.ClientRuntime.Cancellable;
import io.holdfast.client.spi.Connector;
import io.holdfast.client.spi.Connector.Connection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection to one peer, from the attempt to its end: connects, greets, then carries. */
final class Line implements Connector.Listener {
  /** The number of the greeting; requests are numbered above it. */
  private static final long HELLO_ID = 1;

  /** Told what becomes of a line. */
  interface Owner {
    /** The peer welcomed us. */
    void ready(Line line);

    /** An answer to a request sent on the line. */
    void answer(Line line, long id, Reply reply);

    /** An event came. */
    void event(Line line, Event event);

    /**
     * The line is dead.
     *
     * @param refused how the peer refused us for good, or null
     */
    void dead(Line line, String reason, Reply.@Nullable Failed refused);
  }

  final String address;
  private final ClientRuntime runtime;
  private final CoreSettings settings;
  private final Owner owner;
  private @Nullable Connection connection;
  private @Nullable Cancellable connectTimeout;
  private boolean dead;
  private boolean ready;
  private String peer = "";
  private @Nullable LeaderHint leader;
  private int requestsInFlightMax = 1;
  long lastReceivedNanos;

  /** Since when the peer answers nothing but that it cannot serve; 0 when it serves. */
  long refusingSinceNanos;

  Line(String address, ClientRuntime runtime, CoreSettings settings, Owner owner) {
    this.address = address;
    this.runtime = runtime;
    this.settings = settings;
    this.owner = owner;
  }

  void open(Connector connector, long timeoutNanos) {
    connectTimeout = runtime.schedule(timeoutNanos, () -> die("no welcome in time", null));
    connection = connector.connect(address, this);
  }

  boolean isReady() {
    return ready && !dead;
  }

  String peer() {
    return peer;
  }

  @Nullable LeaderHint leader() {
    return leader;
  }

  int requestsInFlightMax() {
    return requestsInFlightMax;
  }

  void send(long id, Request request) {
    if (connection != null && !dead) {
      connection.send(new RequestMessage(id, request));
    }
  }

  /** Ends the line without a word to the owner. */
  void close() {
    dead = true;
    stopTimer();
    if (connection != null) {
      connection.close();
    }
  }

  /** Ends the line and tells the owner. */
  void die(String reason, Reply.@Nullable Failed refused) {
    if (!dead) {
      close();
      owner.dead(this, reason, refused);
    }
  }

  @Override
  public void connected() {
    if (!dead) {
      send(
          HELLO_ID,
          new Request.Hello(
              Limits.PROTOCOL_VERSION, settings.clientName(), settings.bearerToken()));
    }
  }

  @Override
  public void received(List<ServerMessage> messages) {
    lastReceivedNanos = runtime.nanoTime();
    for (ServerMessage message : messages) {
      if (dead) {
        return;
      }
      if (message instanceof Event event) {
        owner.event(this, event);
      } else if (message instanceof ServerMessage.Answer answer) {
        received(answer);
      }
    }
  }

  private void received(ServerMessage.Answer answer) {
    if (ready && answer.id() != 0) {
      owner.answer(this, answer.id(), answer.reply());
    } else if (answer.reply() instanceof Reply.Welcome welcome && answer.id() == HELLO_ID) {
      welcomed(welcome);
    } else if (answer.reply() instanceof Reply.Failed failed) {
      boolean forGood =
          failed.error() == ErrorCode.UNAUTHORIZED || failed.error() == ErrorCode.FORBIDDEN;
      die(failed.message(), forGood ? failed : null);
    } else {
      die("the peer did not answer the greeting with a welcome", null);
    }
  }

  private void welcomed(Reply.Welcome welcome) {
    stopTimer();
    ready = true;
    peer = welcome.peer();
    leader = welcome.leader();
    requestsInFlightMax = welcome.limits().requestsInFlightMax();
    owner.ready(this);
  }

  @Override
  public void closed(String reason) {
    die(reason, null);
  }

  private void stopTimer() {
    if (connectTimeout != null) {
      connectTimeout.cancel();
      connectTimeout = null;
    }
  }
}
