package io.holdfast.server.transport;

import java.io.DataInput;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jgroups.Address;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.BasicTCP;
import org.jgroups.protocols.TCP_NIO2;
import org.jgroups.stack.IpAddress;

/** One selector thread for all connections, in the clear. */
final class ClearStack extends TCP_NIO2 implements FrameStack {
  private static final short PROTOCOL_ID = 7_801;

  static {
    ClassConfigurator.addProtocol(PROTOCOL_ID, ClearStack.class);
  }

  private final ConnectionEvents events;
  private final Refusals refusals;

  ClearStack(ConnectionEvents events, Refusals refusals) {
    this.events = events;
    this.refusals = refusals;
  }

  @Override
  public BasicTCP protocol() {
    return this;
  }

  @Override
  public int port() {
    return ((IpAddress) server.localAddress()).getPort();
  }

  @Override
  public PeerConnection create(PeerLink link, InetSocketAddress address) throws Exception {
    return new NioPeerConnection(new IpAddress(address), server, link);
  }

  @Override
  public void closeIncoming() {
    events.refuseNew();
    if (server != null) {
      clearConnections(false);
    }
  }

  @Override
  public void start() throws Exception {
    super.start();
    // One connection for each direction: no contest which of two survives, no cookie to wait for.
    server.usePeerConnections(false).log(new ConnectionLog(refusals));
  }

  @Override
  public void receive(Address sender, byte[] data, int offset, int length) {
    events.packet(sender, data, offset, length);
  }

  @Override
  public void receive(Address sender, ByteBuffer buffer) {
    events.packet(sender, buffer);
  }

  @Override
  public void receive(Address sender, DataInput in, int length) throws Exception {
    events.packet(sender, in, length);
  }

  @Override
  public void connectionEstablished(Connection connection) {
    events.established(server, connection);
  }

  @Override
  public void connectionClosed(Connection connection) {
    events.closed(server, connection);
  }
}
