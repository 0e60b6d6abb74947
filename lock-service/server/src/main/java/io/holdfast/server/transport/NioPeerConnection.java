package io.holdfast.server.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jgroups.blocks.cs.NioBaseServer;
import org.jgroups.blocks.cs.NioConnection;
import org.jgroups.stack.IpAddress;

/**
 * A connection in the clear. JGroups' own queues what the kernel does not take at once, 32 buffers
 * of any size, and drops beyond that without a word. Here the writer waits until the kernel took
 * everything, so that all that is unsent stands in the link's account. The writer that waits is the
 * bundler thread of this one peer: nobody else waits with it.
 */
final class NioPeerConnection extends NioConnection implements PeerConnection {
  /** The writer looks by itself this often, should a wake-up of the selector be lost. */
  private static final long RECHECK_MILLIS = 100;

  private final PeerLink link;
  private final Condition progress = send_lock.newCondition();
  private volatile boolean established;
  private volatile boolean disowned;

  NioPeerConnection(IpAddress address, NioBaseServer server, PeerLink link) throws Exception {
    super(address, server);
    this.link = link;
    // The writer does not touch the bytes until all are taken, so that no copy of them is needed.
    copyOnPartialWrite(false);
  }

  @Override
  public PeerLink link() {
    return link;
  }

  @Override
  public void open() throws Exception {
    connect(peer_addr);
  }

  @Override
  public boolean isShakingHands() {
    return false;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws Exception {
    send_lock.lock();
    try {
      send(ByteBuffer.wrap(bytes, offset, length), true);
      awaitTaken();
      established = true;
    } finally {
      send_lock.unlock();
    }
  }

  @Override
  public Taken offer(byte[] bytes, int length) throws Exception {
    if (!established || !send_lock.tryLock()) {
      return Taken.NOTHING;
    }
    try {
      send(ByteBuffer.wrap(bytes, 0, length), true);
      return send_buf.hasRemaining() ? Taken.BEGUN : Taken.ALL;
    } finally {
      send_lock.unlock();
    }
  }

  @Override
  public void finish() throws Exception {
    send_lock.lock();
    try {
      awaitTaken();
    } finally {
      send_lock.unlock();
    }
  }

  private void awaitTaken() throws Exception {
    while (send_buf.hasRemaining()) {
      if (isClosed()) {
        throw new ClosedChannelException();
      }
      // An interest set while the selector sleeps takes effect when it wakes.
      key().selector().wakeup();
      if (!progress.await(RECHECK_MILLIS, TimeUnit.MILLISECONDS) && isConnected()) {
        send();
      }
    }
  }

  /** Called by the selector when the kernel has room. */
  @Override
  public boolean send() throws Exception {
    boolean finished = super.send();
    if (finished) {
      wakeWriter();
    }
    return finished;
  }

  @Override
  public void close(boolean graceful) throws IOException {
    super.close(graceful);
    wakeWriter();
  }

  @Override
  public boolean isUsable() {
    return !isClosed();
  }

  @Override
  public void disown() {
    disowned = true;
  }

  @Override
  public boolean isMissed() {
    return established && !disowned;
  }

  @Override
  public void abort() {
    try {
      close(false);
    } catch (IOException e) {
      server.log().debug("closing a connection to " + peer_addr, e);
    }
  }

  private void wakeWriter() {
    send_lock.lock();
    try {
      progress.signalAll();
    } finally {
      send_lock.unlock();
    }
  }
}
