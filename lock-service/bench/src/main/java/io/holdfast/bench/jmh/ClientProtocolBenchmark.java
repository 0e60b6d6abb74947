package io.holdfast.bench.jmh;

import io.holdfast.api.Event;
import io.holdfast.api.FrameBuffer;
import io.holdfast.api.Frames;
import io.holdfast.api.LockMode;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What client and gateway say to each other, in both directions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ClientProtocolBenchmark {
  /** Messages that leave together. */
  @Param({"1", "8"})
  public int messages;

  private final List<RequestMessage> requests = new ArrayList<>();
  private final List<ServerMessage> answers = new ArrayList<>();
  private final FrameBuffer buffer = new FrameBuffer();
  private byte[] requestBody = new byte[0];
  private byte[] answerBody = new byte[0];

  @Setup
  public void prepare() {
    for (int i = 0; i < messages; i++) {
      Request acquire =
          new Request.Acquire(
              4_711,
              0,
              new RequestId.Sequence(1_234 + i, 1_230),
              Samples.LOCK,
              Samples.OWNER,
              LockMode.EXCLUSIVE,
              0,
              0,
              -1);
      requests.add(new RequestMessage(1_234 + i, acquire));
      answers.add(
          new ServerMessage.Answer(
              1_234 + i, new Reply.Granted(Samples.LOCK, 99, 4_711, 1_000_001)));
    }
    ProtocolCodec.encodeRequests(requests, buffer);
    requestBody = body();
    ProtocolCodec.encodeMessages(answers, buffer);
    answerBody = body();
  }

  /** Empties the buffer; a frame's header is its length. */
  private byte[] body() {
    byte[] frame = buffer.toByteArray();
    buffer.clear();
    return Arrays.copyOfRange(frame, Frames.HEADER_BYTES, frame.length);
  }

  @Benchmark
  public int encodeRequests() {
    buffer.clear();
    ProtocolCodec.encodeRequests(requests, buffer);
    return buffer.size();
  }

  @Benchmark
  public int encodeAnswers() {
    buffer.clear();
    ProtocolCodec.encodeMessages(answers, buffer);
    return buffer.size();
  }

  @Benchmark
  public void decodeRequests(Blackhole hole) {
    ProtocolCodec.decodeRequests(
        requestBody,
        0,
        requestBody.length,
        new ProtocolCodec.RequestSink() {
          @Override
          public void request(long id, Request request) {
            hole.consume(request);
          }

          @Override
          public void rejected(long id, Reply.Failed failure) {
            throw new IllegalStateException(failure.toString());
          }
        });
  }

  @Benchmark
  public void decodeAnswers(Blackhole hole) {
    ProtocolCodec.decodeMessages(
        answerBody,
        0,
        answerBody.length,
        new ProtocolCodec.MessageSink() {
          @Override
          public void answer(long id, Reply reply) {
            hole.consume(reply);
          }

          @Override
          public void event(Event event) {
            throw new IllegalStateException(event.toString());
          }
        });
  }
}
