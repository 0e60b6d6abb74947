package io.holdfast.bench.jmh;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.FrameCodec;
import io.holdfast.raft.message.Message;
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

/** A message between peers: to bytes for two receivers, checksum included, and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MessageCodecBenchmark {
  /** Entries of the message. */
  @Param({"1", "16", "128"})
  public int entries;

  private final FrameCodec sender = new FrameCodec("bench", new PeerId(1), 1);
  private final FrameCodec receiver = new FrameCodec("bench", new PeerId(2), 1);
  private final List<PeerId> receivers = List.of(new PeerId(2), new PeerId(3));
  private Message message = Samples.append(1);
  private byte[] frame = new byte[0];

  @Setup
  public void prepare() {
    message = Samples.append(entries);
    frame = sender.encode(receivers, message);
  }

  @Benchmark
  public byte[] encode() {
    return sender.encode(receivers, message);
  }

  @Benchmark
  public Message decode() {
    return receiver.decode(frame, 0, frame.length).message();
  }
}
