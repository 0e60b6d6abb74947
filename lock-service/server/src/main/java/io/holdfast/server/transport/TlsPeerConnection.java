package io.holdfast.server.transport;

import java.io.IOException;
import org.jgroups.blocks.cs.TcpBaseServer;
import org.jgroups.blocks.cs.TcpConnection;
import org.jgroups.stack.IpAddress;

/** A connection under TLS, with blocking writes: only the bundler thread of this peer waits. */
final class TlsPeerConnection extends TcpConnection implements PeerConnection {
  private final PeerLink link;
  private volatile boolean shakingHands;
  private volatile boolean established;
  private volatile boolean disowned;

  TlsPeerConnection(IpAddress address, TcpBaseServer server, PeerLink link) throws Exception {
    super(address, server);
    this.link = link;
  }

  @Override
  public PeerLink link() {
    return link;
  }

  @Override
  public void open() throws Exception {
    shakingHands = true;
    connect(peer_addr);
    shakingHands = false;
    established = true;
    start(); // reads, and so notices when the other side closes
  }

  @Override
  public boolean isShakingHands() {
    return shakingHands;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws Exception {
    locklessSend(bytes, offset, length);
  }

  /** A write under TLS may block, so it is left to the bundler thread. */
  @Override
  public Taken offer(byte[] bytes, int length) {
    return Taken.NOTHING;
  }

  @Override
  public void finish() {
    // Nothing was begun.
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
}
