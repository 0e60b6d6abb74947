package io.holdfast.client.internal.net;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Seals and opens the bytes of one connection. For one user at a time; never blocks. */
final class TlsSession {
  private final SSLEngine engine;

  /** Received and not yet opened; ready to be read. */
  private ByteBuffer sealedIn = ByteBuffer.allocate(0);

  /** Accepted and not yet sealed, because the handshake is not done; ready to be read. */
  private ByteBuffer plainOut = ByteBuffer.allocate(0);

  private boolean working;

  /** Whether opening stopped for the handshake's sake rather than for want of bytes. */
  private boolean stopped;

  TlsSession(SSLContext context, String host, int port) {
    engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    engine.setSSLParameters(parameters);
  }

  /** Takes bytes to send; returns what can leave now, handshake included. */
  ByteBuffer wrap(ByteBuffer plain) throws SSLException {
    plainOut = joined(plainOut, plain);
    ByteBuffer sealed = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    while (!working && (plainOut.hasRemaining() || needsWrap())) {
      SSLEngineResult result = engine.wrap(plainOut, sealed);
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        sealed = larger(sealed, engine.getSession().getPacketBufferSize());
      } else if (result.getStatus() == Status.CLOSED
          || (result.bytesConsumed() == 0 && result.bytesProduced() == 0)) {
        break;
      }
    }
    return sealed.flip();
  }

  /** Takes received bytes; returns what they hold for the connection. */
  ByteBuffer unwrap(ByteBuffer sealed) throws SSLException {
    sealedIn = joined(sealedIn, sealed);
    ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    stopped = true;
    while (!working && sealedIn.hasRemaining() && !needsWrap() && !needsWork()) {
      SSLEngineResult result = engine.unwrap(sealedIn, plain);
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        plain = larger(plain, engine.getSession().getApplicationBufferSize());
      } else if (result.getStatus() != Status.OK) {
        stopped = false;
        break;
      }
    }
    return plain.flip();
  }

  /** Whether {@link #wrap} has something to say even if nothing new is to be sent. */
  boolean wantsToSend() {
    boolean mayNow = engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    return needsWrap() || (mayNow && plainOut.hasRemaining());
  }

  private boolean needsWrap() {
    return engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
  }

  /** Whether {@link #unwrap} may find more in what it was given before. */
  boolean canReceive() {
    return !working && stopped && sealedIn.hasRemaining() && !needsWrap() && !needsWork();
  }

  boolean isClosed() {
    return engine.isInboundDone();
  }

  /** Work the handshake waits for, to be done elsewhere, or null. */
  @Nullable Runnable slowWork() {
    if (working || !needsWork()) {
      return null;
    }
    working = true;
    return () -> {
      Runnable task = engine.getDelegatedTask();
      while (task != null) {
        task.run();
        task = engine.getDelegatedTask();
      }
    };
  }

  /** The slow work is done. */
  void workDone() {
    working = false;
  }

  private boolean needsWork() {
    return engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
  }

  private static ByteBuffer larger(ByteBuffer full, int more) {
    return ByteBuffer.allocate(full.capacity() + more).put(full.flip());
  }

  private static ByteBuffer joined(ByteBuffer first, ByteBuffer second) {
    if (!second.hasRemaining()) {
      return first;
    }
    ByteBuffer both = ByteBuffer.allocate(first.remaining() + second.remaining());
    return both.put(first).put(second).flip();
  }
}
