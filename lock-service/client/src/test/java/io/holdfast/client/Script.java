package io.holdfast.client;

import io.holdfast.api.Event;
import io.holdfast.api.Grant;
import io.holdfast.api.LeaderHint;
import io.holdfast.api.Limits;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import io.holdfast.client.spi.Connector;
import io.holdfast.client.testing.ManualRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network whose every answer is written by the test. Greetings, sessions and keep-alives are
 * answered by themselves unless the test says otherwise.
 */
final class Script implements Connector {
  static final long SESSION = 5;
  static final long TTL_MILLIS = 10_000;

  final ManualRuntime runtime = new ManualRuntime(7);
  final List<Line> lines = new ArrayList<>();
  final Set<String> unreachable = new LinkedHashSet<>();
  boolean answersGreetings = true;
  boolean answersSessions = true;
  boolean answersKeepAlives = true;
  @Nullable LeaderHint leader;

  /** What every attach is told that the session holds, if set. */
  @Nullable List<Grant> holds;

  /** Answers every publish from now on, if set. */
  @Nullable Reply publishAnswer;

  private long sessionsOpened = SESSION - 1;

  HoldfastClient client(String... endpoints) {
    return HoldfastClient.builder()
        .endpoints(endpoints)
        .sessionTtl(Duration.ofMillis(TTL_MILLIS))
        .requestTimeout(Duration.ofSeconds(8))
        .listener(new ClientListener() {})
        .callbackExecutor(runtime.callbacks())
        .transport(runtime, this)
        .build();
  }

  void advanceMillis(long millis) {
    runtime.advance(Duration.ofMillis(millis));
  }

  long nowMillis() {
    return runtime.nanoTime() / 1_000_000;
  }

  /** The newest line. */
  Line line() {
    return lines.get(lines.size() - 1);
  }

  @Override
  public Connection connect(String address, Listener listener) {
    Line line = new Line(address, listener);
    lines.add(line);
    runtime.execute(
        () -> {
          if (unreachable.contains(address)) {
            line.open = false;
            listener.closed("refused");
          } else {
            listener.connected();
          }
        });
    return line;
  }

  /** One connection as the peer sees it. */
  final class Line implements Connection {
    final String address;
    final Listener listener;
    final List<RequestMessage> received = new ArrayList<>();
    final List<Long> receivedAtMillis = new ArrayList<>();
    boolean open = true;

    Line(String address, Listener listener) {
      this.address = address;
      this.listener = listener;
    }

    @Override
    public void send(RequestMessage message) {
      received.add(message);
      receivedAtMillis.add(nowMillis());
      Reply reply = ownAnswer(message.request());
      if (reply != null) {
        push(new ServerMessage.Answer(message.id(), reply));
      }
    }

    private @Nullable Reply ownAnswer(Request request) {
      if (request instanceof Request.Hello && answersGreetings) {
        return new Reply.Welcome(
            "peer " + address,
            leader,
            new Reply.ServerLimits(200, Limits.TTL_MILLIS_MAX, 1_024, Limits.FRAME_BYTES_MAX));
      }
      if (request instanceof Request.OpenSession && answersSessions) {
        return new Reply.SessionOpened(++sessionsOpened, TTL_MILLIS);
      }
      if (request instanceof Request.Attach attach) {
        return new Reply.Attached(attach.session(), holds);
      }
      if (request instanceof Request.KeepAlive alive && answersKeepAlives) {
        return new Reply.KeptAlive(alive.session(), TTL_MILLIS);
      }
      return request instanceof Request.Publish ? publishAnswer : null;
    }

    private void push(ServerMessage message) {
      runtime.execute(
          () -> {
            if (open) {
              listener.received(List.of(message));
            }
          });
    }

    /** The newest request of a kind. */
    RequestMessage last(Class<? extends Request> kind) {
      List<RequestMessage> all = all(kind);
      if (all.isEmpty()) {
        throw new AssertionError("no " + kind.getSimpleName() + " among " + received);
      }
      return all.get(all.size() - 1);
    }

    List<RequestMessage> all(Class<? extends Request> kind) {
      return received.stream().filter(it -> kind.isInstance(it.request())).toList();
    }

    /** When requests of a kind came. */
    List<Long> timesOf(Class<? extends Request> kind) {
      List<Long> times = new ArrayList<>();
      for (int at = 0; at < received.size(); at++) {
        if (kind.isInstance(received.get(at).request())) {
          times.add(receivedAtMillis.get(at));
        }
      }
      return times;
    }

    /** Answers the newest request of a kind. */
    void answer(Class<? extends Request> kind, Reply reply) {
      push(new ServerMessage.Answer(last(kind).id(), reply));
    }

    void answer(RequestMessage message, Reply reply) {
      push(new ServerMessage.Answer(message.id(), reply));
    }

    void tell(Event event) {
      push(event);
    }

    void breakOff() {
      runtime.execute(
          () -> {
            if (open) {
              open = false;
              listener.closed("broken by the test");
            }
          });
    }

    @Override
    public void close() {
      open = false;
    }
  }

  static RequestId.Sequence idOf(RequestMessage message) {
    RequestId id = null;
    if (message.request() instanceof Request.Acquire acquire) {
      id = acquire.requestId();
    } else if (message.request() instanceof Request.AcquireAll all) {
      id = all.requestId();
    } else if (message.request() instanceof Request.Release release) {
      id = release.requestId();
    } else if (message.request() instanceof Request.Publish publish) {
      id = publish.requestId();
    }
    if (id instanceof RequestId.Sequence sequence) {
      return sequence;
    }
    throw new AssertionError("no sequence in " + message);
  }

  static Reply granted(String lock, long token) {
    return new Reply.Granted(lock, token, SESSION, 100);
  }
}
