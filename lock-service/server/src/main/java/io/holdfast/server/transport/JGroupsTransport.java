package io.holdfast.server.transport;

import com.google.common.net.HostAndPort;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.CodecException;
import io.holdfast.raft.message.FrameCodec;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.spi.Transport;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jgroups.JChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport of a real peer: a JGroups channel whose stack is a single protocol, TCP. Raft needs
 * no view, no order and no retransmission, and every protocol that offers them can stall: what is
 * left is a bundler thread for each receiver, one connection for each direction, and frames.
 *
 * <p>For any thread. {@link #send} gives a frame to the kernel if it takes it at once and nothing
 * waits before it, puts it into the queue of its receiver otherwise, and returns; a receiver that
 * does not read loses its own messages, no other's.
 */
public final class JGroupsTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(JGroupsTransport.class);

  private final TransportSettings settings;
  private final PeerId self;
  private final FrameCodec codec;
  private final Refusals refusals = new Refusals();
  private final FrameBundler bundler = new FrameBundler();
  private final ExecutorService closer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "peer-connection-closer");
            thread.setDaemon(true);
            return thread;
          });

  private volatile Map<PeerId, PeerLink> links = Map.of();
  private volatile boolean closed;
  private volatile @Nullable Running running;

  /** What exists from start to close. */
  private record Running(FrameStack stack, FrameInbox inbox, JChannel channel) {}

  public JGroupsTransport(TransportSettings settings) {
    this.settings = settings;
    TransportSettings.Identity identity = settings.identity();
    this.self = identity.peer();
    this.codec = new FrameCodec(identity.clusterId(), self, identity.epoch());
  }

  /**
   * @throws IllegalStateException if the address cannot be listened on, or the TLS files cannot be
   *     used; the text names them
   */
  @Override
  public synchronized void start(Listener listener) {
    if (running != null || closed) {
      throw new IllegalStateException("a transport is started once");
    }
    FrameInbox inbox =
        new FrameInbox(codec, settings.filter(), new LinkTable(), refusals, listener);
    ConnectionEvents events = new ConnectionEvents(inbox);
    try {
      FrameStack stack =
          settings
              .tls()
              .<FrameStack>map(tls -> new TlsStack(tls, events, refusals))
              .orElseGet(() -> new ClearStack(events, refusals));
      FrameStack.configure(stack.protocol(), settings.listen(), bundler);
      JChannel channel = new JChannel(stack.protocol());
      channel.addAddressGenerator(() -> PeerLink.addressOf(self)).setName(self.toString());
      running = new Running(stack, inbox, channel);
      channel.connect(settings.identity().clusterId());
    } catch (Exception e) {
      close();
      throw new IllegalStateException(
          "cannot listen for peers on " + settings.listen() + tlsFiles() + ": " + e, e);
    }
  }

  private String tlsFiles() {
    return settings.tls().map(tls -> " with " + tls).orElse("");
  }

  /** The port listened on, which the system picked when port 0 was asked for. */
  public int port() {
    Running current = running;
    if (current == null) {
      throw new IllegalStateException("the transport is not started");
    }
    return current.stack().port();
  }

  @Override
  public synchronized void connect(Collection<Member> peers) {
    Map<PeerId, PeerLink> former = links;
    Map<PeerId, PeerLink> next = new HashMap<>();
    for (Member member : peers) {
      if (!member.id().equals(self)) {
        PeerLink link = linkTo(member, former.get(member.id()));
        if (link != null) {
          next.put(member.id(), link);
        }
      }
    }
    links = Map.copyOf(next);
    former.forEach(
        (peer, link) -> {
          if (next.get(peer) != link) {
            abort(link.detach());
          }
          if (!next.containsKey(peer)) {
            bundler.forget(link.destination());
          }
        });
  }

  private @Nullable PeerLink linkTo(Member member, @Nullable PeerLink former) {
    try {
      HostAndPort address = PeerLink.parse(member.peerAddress());
      return former != null && former.address().equals(address)
          ? former
          : new PeerLink(member.id(), address, this::newConnection, settings.inFlightBytesMax());
    } catch (IllegalArgumentException e) {
      log.error(
          "{} cannot be reached: its peer address '{}' is not host:port; change the configuration",
          member.id(),
          member.peerAddress());
      return null;
    }
  }

  private PeerConnection newConnection(PeerLink link, InetSocketAddress address) throws Exception {
    Running current = running;
    if (closed || current == null) {
      throw new ConnectException("the transport is closed");
    }
    return current.stack().create(link, address);
  }

  @Override
  public void send(List<PeerId> receivers, Message message) {
    if (receivers.isEmpty()) {
      return;
    }
    byte[] frame;
    try {
      frame = codec.encode(receivers, message);
    } catch (CodecException e) {
      refusals.unencodable(message, e);
      return;
    }
    Map<PeerId, PeerLink> current = links;
    for (PeerId receiver : receivers) {
      PeerLink link = current.get(receiver);
      if (link == null) {
        refusals.sentToStranger(receiver);
      } else if (settings.filter().dropsTo(receiver)) {
        link.countCut();
      } else {
        enqueue(link, frame);
      }
    }
  }

  private void enqueue(PeerLink link, byte[] frame) {
    FrameMessage message = link.accept(frame);
    Running current = running;
    if (message == null || current == null || link.writeAtOnce(message)) {
      return;
    }
    try {
      current.channel().send(message);
    } catch (Exception e) {
      link.unsent(message); // the channel is closed
    }
  }

  @Override
  public void drop(PeerId peer) {
    PeerLink link = links.get(peer);
    if (link != null) {
      abort(link.detachSilent());
    }
  }

  /** Closing an encrypted connection may take its time; the caller is not made to wait. */
  private void abort(@Nullable PeerConnection connection) {
    if (connection != null) {
      try {
        closer.execute(connection::abort);
      } catch (RejectedExecutionException e) {
        connection.abort(); // the transport is being closed
      }
    }
  }

  public TransportMetrics metrics() {
    Map<PeerId, TransportMetrics.Peer> peers = new HashMap<>();
    links.forEach((peer, link) -> peers.put(peer, link.metrics()));
    Running current = running;
    return new TransportMetrics(
        peers,
        refusals.refusedFrames(),
        refusals.brokenConnections(),
        bundler.drops(),
        refusals.unencodable(),
        refusals.sentToStrangers(),
        current == null ? 0 : current.inbox().fromStrangers(),
        refusals.listenerFailures());
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (PeerLink link : links.values()) {
      PeerConnection connection = link.detach();
      if (connection != null) {
        connection.abort();
      }
    }
    if (running != null) {
      running.stack().closeIncoming();
      running.channel().close();
    }
    closer.shutdown();
  }

  /** The links as the inbox sees them. */
  private final class LinkTable implements FrameInbox.Links {
    @Override
    public @Nullable PeerLink find(PeerId peer) {
      return closed ? null : links.get(peer);
    }

    @Override
    public void replace(PeerLink link) {
      log.info("{} was started anew; its connection is replaced", link.peer());
      abort(link.detach());
    }
  }
}
