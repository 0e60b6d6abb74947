package io.holdfast.server.transport;

import com.google.common.net.HostAndPort;
import io.holdfast.raft.message.FrameCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jgroups.protocols.BasicTCP;

/** The one protocol of a channel: JGroups' transport, in the clear or under TLS. */
interface FrameStack {
  BasicTCP protocol();

  /** The port listened on, once the channel is connected. */
  int port();

  PeerConnection create(PeerLink link, InetSocketAddress address) throws Exception;

  /**
   * Ends all incoming connections, at once and without a word, and those that still come. JGroups
   * itself writes a farewell, and under TLS waits for ever to do so on a connection whose other
   * side never shook hands.
   */
  void closeIncoming();

  /** What both variants have in common. */
  static void configure(BasicTCP protocol, HostAndPort listen, FrameBundler bundler)
      throws IOException {
    protocol
        .tcpNodelay(true)
        .setSockConnTimeout(CONNECT_TIMEOUT_MILLIS)
        .setMaxLength(FrameCodec.FRAME_BYTES_MAX)
        .logDetails(false);
    protocol.setBindAddr(InetAddress.getByName(listen.getHost()));
    protocol.setBindPort(listen.getPort());
    protocol.setPortRange(0);
    protocol.useVirtualThreads(false);
    protocol.setMessageProcessingPolicy("all-direct");
    protocol.getThreadPool().setMinThreads(0).setMaxThreads(POOL_THREADS_MAX);
    protocol.setBundler(bundler);
  }

  int CONNECT_TIMEOUT_MILLIS = 300;

  /** Of JGroups' pool, which has little to do: readers and bundlers have threads of their own. */
  int POOL_THREADS_MAX = 16;
}
