package io.holdfast.server.transport;

import java.io.DataInput;
import java.net.InetSocketAddress;
import org.jgroups.Address;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.BasicTCP;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;

/** One reader thread for each connection, under mutual TLS 1.3; TCP_NIO2 has no TLS. */
final class TlsStack extends TCP implements FrameStack {
  private static final short PROTOCOL_ID = 7_802;

  static {
    ClassConfigurator.addProtocol(PROTOCOL_ID, TlsStack.class);
  }

  private final ConnectionEvents events;
  private final Refusals refusals;

  TlsStack(PeerTls secrets, ConnectionEvents events, Refusals refusals) {
    this.events = events;
    this.refusals = refusals;
    tls(
        new TLS()
            .enabled(true)
            .setClientAuth(TLSClientAuth.NEED)
            .setProtocols(new String[] {"TLSv1.3"})
            .setKeystorePath(secrets.keyStore().toString())
            .setKeystorePassword(secrets.password())
            .setTruststorePath(secrets.trustStore().toString())
            .setTruststorePassword(secrets.password()));
  }

  @Override
  public BasicTCP protocol() {
    return this;
  }

  @Override
  public int port() {
    return ((IpAddress) srv.localAddress()).getPort();
  }

  @Override
  public PeerConnection create(PeerLink link, InetSocketAddress address) throws Exception {
    return new TlsPeerConnection(new IpAddress(address), srv, link);
  }

  @Override
  public void closeIncoming() {
    events.refuseNew();
    if (srv != null) {
      clearConnections(false);
    }
  }

  @Override
  public void start() throws Exception {
    super.start();
    // One connection for each direction: no contest which of two survives, no cookie to wait for.
    srv.usePeerConnections(false).log(new ConnectionLog(refusals));
  }

  @Override
  public void receive(Address sender, byte[] data, int offset, int length) {
    events.packet(sender, data, offset, length);
  }

  @Override
  public void receive(Address sender, DataInput in, int length) throws Exception {
    events.packet(sender, in, length);
  }

  @Override
  public void connectionEstablished(Connection connection) {
    events.established(srv, connection);
  }

  @Override
  public void connectionClosed(Connection connection) {
    events.closed(srv, connection);
  }
}
