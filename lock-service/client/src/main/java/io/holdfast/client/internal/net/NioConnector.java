package io.holdfast.client.internal.net;

import io.holdfast.client.spi.Connector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Connects over TCP, with TLS if there is a context for it. */
public final class NioConnector implements Connector {
  private final NioRuntime runtime;
  private final @Nullable SSLContext tls;
  private int attempts;

  public NioConnector(NioRuntime runtime, @Nullable SSLContext tls) {
    this.runtime = runtime;
    this.tls = tls;
  }

  @Override
  public Connection connect(String address, Listener listener) {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = Integer.parseInt(address.substring(colon + 1));
    NioConnection connection =
        new NioConnection(
            runtime, address, listener, tls == null ? null : new TlsSession(tls, host, port));
    resolve(connection, host, port, attempts++);
    return connection;
  }

  /** Looking a name up may take long, so it is done by a thread that lives as long as that. */
  private void resolve(NioConnection connection, String host, int port, int attempt) {
    Thread resolver =
        new Thread(
            () -> {
              try {
                InetAddress[] found = InetAddress.getAllByName(host);
                InetAddress chosen = found[Math.floorMod(attempt, found.length)];
                InetSocketAddress target = new InetSocketAddress(chosen, port);
                runtime.execute(() -> connection.connectTo(target));
              } catch (UnknownHostException unknown) {
                runtime.execute(() -> connection.fail("host '" + host + "' is not known"));
              }
            },
            "holdfast-resolver");
    resolver.setDaemon(true);
    resolver.start();
  }
}
