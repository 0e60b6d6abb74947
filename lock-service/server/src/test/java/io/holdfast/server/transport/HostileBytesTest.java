package io.holdfast.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.CodecException.Reason;
import io.holdfast.raft.message.FrameCodec;
import io.holdfast.raft.message.Message.ApplicationMessage;
import io.holdfast.raft.message.Message.TimeoutNow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reaches the port of a peer may send anything, or nothing, or not read. */
class HostileBytesTest {
  private static final int CONNECTIONS = 300;
  private static final int GRACEFUL_CLOSE = -5;

  @Test
  void garbageNeverStopsTheTransport() throws Exception {
    throwGarbage(UnaryOperator.identity());
  }

  @Test
  void garbageNeverStopsTheTransportUnderTls(@TempDir Path certificates) throws Exception {
    TestCertificates.create(certificates);
    throwGarbage(settings -> settings.withTls(TestCertificates.at(certificates, "peer")));
  }

  private static void throwGarbage(UnaryOperator<TransportSettings> change) throws Exception {
    Random random = new Random(7_800);
    List<Socket> open = new ArrayList<>();
    try (TestPeer one = TestPeer.start(1, 0, change);
        TestPeer two = TestPeer.start(2, 0, change)) {
      TestPeer.connect(one, two);
      two.echo();
      for (int i = 0; i < CONNECTIONS; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), one.transport.port());
        open.add(socket);
        throwAt(socket, hostileBytes(random, i));
        if (i % 5 == 0) {
          socket.close();
        }
        if (i % 20 == 0) {
          one.roundTrip(two.id, i);
        }
      }
      Await.until("broken connections", () -> one.transport.metrics().brokenConnections() > 0);
      // Silent connections do not keep out a peer that connects anew.
      two.transport.drop(one.id);
      one.transport.drop(two.id);
      one.reachEcho(two.id);
      assertThat(one.transport.metrics().listenerFailures()).isZero();
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void whatIsNoFrameOrBrokenIsRefusedByItsReason() throws IOException {
    byte[] frame =
        new FrameCodec(TestPeer.CLUSTER, new PeerId(2), 5)
            .encode(List.of(new PeerId(1)), new TimeoutNow(3));
    byte[] altered = frame.clone();
    altered[frame.length - 1] ^= 1;
    byte[] unknownVersion = frame.clone();
    unknownVersion[4] = 9;
    try (TestPeer one = TestPeer.start(1);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), one.transport.port())) {
      socket.getOutputStream().write(packet(altered));
      awaitRefused(one, Reason.BAD_CHECKSUM, 1);
      socket.getOutputStream().write(packet(unknownVersion));
      awaitRefused(one, Reason.UNKNOWN_VERSION, 1);
      socket.getOutputStream().write(packet("GET / HTTP/1.1".getBytes(StandardCharsets.UTF_8)));
      awaitRefused(one, Reason.NOT_A_FRAME, 1);
      socket.getOutputStream().write(packet(Arrays.copyOf(frame, frame.length - 3)));
      awaitRefused(one, Reason.MALFORMED, 1);
      // A frame behind one of an unknown version, in one packet, is found and delivered.
      socket.getOutputStream().write(packet(unknownVersion, frame));
      awaitRefused(one, Reason.UNKNOWN_VERSION, 2);
      Await.until("the good frame arrives", () -> !one.received.isEmpty());
    }
  }

  @Test
  void aPeerThatDoesNotReadCostsOnlyItsOwnMessages() throws Exception {
    int bound = 1 << 20;
    byte[] large = new byte[64 << 10];
    try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TestPeer one = TestPeer.start(1, 0, settings -> settings.withInFlightBytesMax(bound));
        TestPeer two = TestPeer.start(2)) {
      PeerId deafId = new PeerId(3);
      one.transport.connect(
          List.of(two.member(), TestPeer.member(deafId.value(), deaf.getLocalPort())));
      two.transport.connect(List.of(one.member()));
      two.echo();
      for (int i = 0; i < 2_000; i++) {
        one.send(deafId, new ApplicationMessage(large));
        assertThat(one.metricsOf(deafId).sent().inFlightBytes())
            .isLessThanOrEqualTo(bound + large.length);
        if (i % 20 == 0) {
          one.roundTrip(two.id, i);
        }
      }
      TransportMetrics.Dropped before = one.metricsOf(deafId).dropped();
      assertThat(before.backlog()).isGreaterThan(1_000);

      one.transport.drop(deafId);
      Await.until(
          "what waited for the dropped connection is thrown away",
          () -> one.metricsOf(deafId).sent().inFlightBytes() == 0);
      assertThat(one.metricsOf(deafId).dropped().stale()).isPositive();
      assertThat(one.metricsOf(two.id).dropped().total()).isZero();
    }
  }

  private static void awaitRefused(TestPeer peer, Reason reason, long count) {
    Await.until(
        "refused as " + reason,
        () -> peer.transport.metrics().refusedFrames().get(reason) == count);
  }

  private static void throwAt(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      // The peer closed the connection while it was written to, as it may.
    }
  }

  private static byte[] hostileBytes(Random random, int kind) {
    byte[] garbage = new byte[random.nextInt(5_000)];
    random.nextBytes(garbage);
    byte[] frame =
        new FrameCodec(TestPeer.CLUSTER, new PeerId(2), 5)
            .encode(List.of(new PeerId(1)), new ApplicationMessage(garbage));
    return switch (kind % 8) {
      case 0 -> new byte[0]; // connected, and silent
      case 1 -> garbage;
      case 2 -> packet(garbage);
      case 3 -> Arrays.copyOf(packet(frame), 4 + random.nextInt(frame.length));
      case 4 -> ByteBuffer.allocate(4).putInt(-1 - random.nextInt(1 << 30)).array();
      case 5 -> ByteBuffer.allocate(4).putInt(GRACEFUL_CLOSE).array();
      case 6 -> ByteBuffer.allocate(4).putInt(FrameCodec.FRAME_BYTES_MAX).array();
      default -> packet(Arrays.copyOf(frame, random.nextInt(frame.length)));
    };
  }

  private static byte[] packet(byte[]... frames) {
    int length = Arrays.stream(frames).mapToInt(frame -> frame.length).sum();
    ByteBuffer packet = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
    for (byte[] frame : frames) {
      packet.put(frame);
    }
    return packet.array();
  }
}
