package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.ProtocolException;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests to the leader and answers back, both ways: for the clients of this peer, and for
 * other peers' clients while this one leads.
 *
 * <p>Frames may be lost or doubled. An answer that does not come means that the outcome is unknown.
 * An answer that says "not taken" is final: the asked peer would take the request only as leader of
 * the term named in the frame, which it is not and can never be again, and takes no request twice.
 */
final class Forwarder {
  /** A frame leaves when its items have this many bytes; a single larger item still goes. */
  private static final int FRAME_BYTES_TARGET = 256 << 10;

  /** Numbers of one asking peer that are remembered, to take no request twice. */
  private static final int SEEN_MAX = 1 << 16;

  /**
   * Lives of asking peers that are remembered; the one that was silent for the longest time is
   * forgotten first, never one that still asks.
   */
  static final int ASKERS_MAX = 256;

  private final PeerContext context;
  private final CallSink sink;
  private final Consumer<Call> taker;
  private final long life;
  private final Map<Long, Call> underWay = new LinkedHashMap<>();
  private final Map<PeerId, List<ForwardFrame.Ask>> asks = new TreeMap<>();
  private final Map<PeerId, Long> askTerms = new TreeMap<>();
  private final Map<Addressee, List<ForwardFrame.Answer>> answers = new LinkedHashMap<>();
  private final Map<Addressee, SeenWindow> askers = new LinkedHashMap<>(16, 0.75f, true);
  private long nextCorrelation = 1;

  /**
   * @param taker takes a request of another peer, which this one leads
   */
  Forwarder(PeerContext context, CallSink sink, Consumer<Call> taker) {
    this.context = context;
    this.sink = sink;
    this.taker = taker;
    this.life = context.random().nextLong();
  }

  /** One life of a peer that asks. */
  private record Addressee(PeerId peer, long life) {}

  /** Sends a request of a client of this peer to the leader with the next frame. */
  void forward(Call call, PeerId leader) {
    if (underWay.size() >= context.settings().bounds().forwardedMax()) {
      sink.notTaken(call, ErrorCode.OVERLOADED);
      return;
    }
    long correlation = nextCorrelation++;
    call.setForwarded(correlation, leader);
    call.setMayHaveEffect(true);
    underWay.put(correlation, call);
    byte[] bytes = ProtocolCodec.encodeRequest(new RequestMessage(correlation, call.request()));
    String principal = call.principal().isEmpty() ? null : call.principal();
    Long term = askTerms.put(leader, context.term());
    if (term != null && term != context.term()) {
      sendAsks(leader, term);
    }
    asks.computeIfAbsent(leader, key -> new ArrayList<>())
        .add(new ForwardFrame.Ask(correlation, principal, bytes));
    context.metrics().add(PeerCounter.FORWARDED);
  }

  /** The call is answered without the leader. */
  void forget(Call call) {
    if (call.correlation() != 0) {
      underWay.remove(call.correlation());
      call.setForwarded(0, null);
    }
  }

  /** The calls under way to the leader, oldest first. */
  List<Call> underWay() {
    return List.copyOf(underWay.values());
  }

  int underWayCount() {
    return underWay.size();
  }

  /** Answers a request of another peer; a null reply says that it was not taken. */
  void answer(Call.Origin.Peer origin, @Nullable Reply reply, long appliedIndex) {
    byte[] bytes =
        reply == null
            ? null
            : ProtocolCodec.encodeMessage(new ServerMessage.Answer(origin.correlation(), reply));
    answers
        .computeIfAbsent(new Addressee(origin.peer(), origin.life()), key -> new ArrayList<>())
        .add(new ForwardFrame.Answer(origin.correlation(), appliedIndex, bytes));
  }

  /** Takes a frame from another peer; what cannot be read is counted and dropped. */
  void received(PeerId from, byte[] payload) {
    ForwardFrame frame;
    try {
      frame = ForwardCodec.decode(payload);
    } catch (IllegalArgumentException unreadable) {
      context.metrics().add(PeerCounter.FORWARD_FRAMES_REFUSED);
      return;
    }
    if (frame instanceof ForwardFrame.Requests requests) {
      take(from, requests);
    } else if (frame instanceof ForwardFrame.Answers answered && answered.origin() == life) {
      answered.answers().forEach(answer -> takeAnswer(from, answer));
    }
  }

  /** Sends what was gathered in this turn. */
  void endTurn() {
    for (PeerId leader : List.copyOf(asks.keySet())) {
      sendAsks(leader, askTerms.getOrDefault(leader, context.term()));
    }
    askTerms.clear();
    for (Map.Entry<Addressee, List<ForwardFrame.Answer>> entry : answers.entrySet()) {
      Addressee to = entry.getKey();
      split(
          entry.getValue(),
          answer -> answer.reply() == null ? 0 : answer.reply().length,
          part -> send(to.peer(), new ForwardFrame.Answers(to.life(), part)));
    }
    answers.clear();
  }

  private void sendAsks(PeerId leader, long term) {
    List<ForwardFrame.Ask> gathered = asks.remove(leader);
    if (gathered != null) {
      split(
          gathered,
          ask -> ask.request().length,
          part -> send(leader, new ForwardFrame.Requests(life, term, part)));
    }
  }

  private void send(PeerId to, ForwardFrame frame) {
    context.node().sendApplication(to, ForwardCodec.encode(frame));
  }

  private interface Size<T> {
    int bytes(T item);
  }

  private static <T> void split(List<T> items, Size<T> size, Consumer<List<T>> sender) {
    int from = 0;
    long bytes = 0;
    for (int at = 0; at < items.size(); at++) {
      int itemBytes = size.bytes(items.get(at));
      boolean full = at - from >= ForwardCodec.ITEMS_MAX || bytes + itemBytes > FRAME_BYTES_TARGET;
      if (at > from && full) {
        sender.accept(items.subList(from, at));
        from = at;
        bytes = 0;
      }
      bytes += itemBytes;
    }
    if (from < items.size()) {
      sender.accept(items.subList(from, items.size()));
    }
  }

  private void take(PeerId from, ForwardFrame.Requests requests) {
    SeenWindow seen =
        askers.computeIfAbsent(
            new Addressee(from, requests.origin()), key -> new SeenWindow(SEEN_MAX));
    if (askers.size() > ASKERS_MAX) {
      askers.remove(askers.keySet().iterator().next());
    }
    boolean leads = context.role() == Role.LEADER && context.term() == requests.term();
    for (ForwardFrame.Ask ask : requests.asks()) {
      if (!seen.add(ask.correlation())) {
        continue;
      }
      Call.Origin.Peer origin = new Call.Origin.Peer(from, requests.origin(), ask.correlation());
      if (leads) {
        take(origin, ask);
      } else {
        answer(origin, null, context.appliedIndex());
      }
    }
  }

  private void take(Call.Origin.Peer origin, ForwardFrame.Ask ask) {
    context.metrics().add(PeerCounter.FORWARDED_SERVED);
    ProtocolCodec.decodeRequests(
        ask.request(),
        0,
        ask.request().length,
        new ProtocolCodec.RequestSink() {
          @Override
          public void request(long id, Request request) {
            if (!LeaderDesk.serves(request.op())) {
              answer(origin, Refusals.notForwarded(request.op()), context.appliedIndex());
              return;
            }
            String principal = ask.principal() == null ? "" : ask.principal();
            long holdUntil = context.nowNanos() + context.settings().times().holdNanos();
            taker.accept(new Call(origin, request, principal, holdUntil));
          }

          @Override
          public void rejected(long id, Reply.Failed failure) {
            answer(origin, failure, context.appliedIndex());
          }
        });
  }

  private void takeAnswer(PeerId from, ForwardFrame.Answer answer) {
    Call call = underWay.get(answer.correlation());
    if (call == null || !from.equals(call.forwardedTo())) {
      return;
    }
    forget(call);
    byte[] reply = answer.reply();
    if (reply == null) {
      call.setMayHaveEffect(false);
      sink.notTaken(call, ErrorCode.NO_LEADER);
      return;
    }
    try {
      ProtocolCodec.decodeMessages(
          reply,
          0,
          reply.length,
          new ProtocolCodec.MessageSink() {
            @Override
            public void answer(long id, Reply decoded) {
              sink.finish(call, decoded, answer.appliedIndex());
            }

            @Override
            public void event(Event event) {
              context.metrics().add(PeerCounter.FORWARD_FRAMES_REFUSED);
            }
          });
    } catch (ProtocolException unreadable) {
      context.metrics().add(PeerCounter.FORWARD_FRAMES_REFUSED);
      sink.finish(
          call,
          Refusals.outcomeUnknown("the leader's answer could not be read"),
          context.appliedIndex());
    }
  }
}
