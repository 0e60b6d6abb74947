package io.holdfast.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.api.RequestMessage;
import io.holdfast.locks.Limit;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.RaftNodeSettings;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.StorageSettings;
import io.holdfast.server.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real peers: threads, sockets and files. */
class PeerTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path directory;

  private final List<Peer> peers = new ArrayList<>();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private List<Member> members = List.of();

  @BeforeEach
  void choosePorts() throws IOException {
    List<Member> chosen = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      chosen.add(
          new Member(
              new PeerId(i), "127.0.0.1:" + socket.getLocalPort(), "127.0.0.1:" + (20_000 + i)));
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    members = chosen;
  }

  @AfterEach
  void closeAll() {
    peers.forEach(Peer::close);
    assertThat(failures).isEmpty();
  }

  @Test
  void threePeersServeRestartAndRememberWhatTheyAcknowledged() throws InterruptedException {
    startAll();
    Client client = new Client(peers.get(0));
    Reply.SessionOpened session =
        (Reply.SessionOpened) client.persist(new Request.OpenSession("n", 600_000, "test"));
    Reply.Granted granted = (Reply.Granted) client.persist(acquire(session.session(), 1));
    assertThat(granted.token()).isEqualTo(1);
    assertThat(peers.get(0).state().live()).isTrue();

    peers.forEach(Peer::close);
    peers.clear();
    startAll();

    Client again = new Client(peers.get(1));
    assertThat(again.persist(acquire(session.session(), 1)))
        .as("the retry finds the first answer")
        .isEqualTo(granted);
    Reply.LockState state =
        (Reply.LockState) again.persist(new Request.GetLock("orders/42", false));
    assertThat(state.holders()).hasSize(1);
    assertThat(state.token()).isEqualTo(1);
  }

  @Test
  void aClosedPeerHasAnsweredEverythingItTook() throws InterruptedException {
    startAll();
    Client client = new Client(peers.get(2));
    Reply.SessionOpened session =
        (Reply.SessionOpened) client.persist(new Request.OpenSession("n", 600_000, "test"));
    long taken = 0;
    for (int i = 1; i <= 500; i++) {
      taken += client.send(acquire(session.session(), i)) ? 1 : 0;
      if (i == 250) {
        peers.get(2).service().opened(client);
        peers.get(2).close();
      }
    }

    for (long i = 0; i < taken; i++) {
      assertThat(client.next()).isNotNull();
    }
    assertThat(client.events).contains(new Event.GoingAway());
    assertThat(peers.get(2).state()).extracting(PeerState::ready).isEqualTo(false);
  }

  @Test
  void aDataDirectoryInUseIsRefused() {
    peers.add(Peer.start(settings(members.get(0)), failures::add));

    assertThatThrownBy(() -> Peer.start(settings(members.get(0)), failures::add))
        .isInstanceOf(StorageException.class);
  }

  @Test
  void aPeerAloneRefusesWithinItsHoldTime() throws InterruptedException {
    Peer peer = Peer.start(settings(members.get(0)), failures::add);
    peers.add(peer);
    Client client = new Client(peer);
    client.send(new Request.OpenSession("n", 10_000, "test"));

    assertThat(client.next())
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> assertThat(failed.error()).isEqualTo(ErrorCode.NO_LEADER));
  }

  private void startAll() {
    for (Member member : members) {
      peers.add(Peer.start(settings(member), failures::add));
    }
  }

  private PeerSettings settings(Member self) {
    PeerId id = self.id();
    return new PeerSettings(
        RaftNodeSettings.defaults(id, Configuration.ofVoters(members)),
        PeerServiceSettings.DEFAULT.withLimits(Map.of(Limit.TTL_FLOOR_MILLIS, 200L)),
        new StorageSettings(directory.resolve(id.toString()), "test", id),
        TransportSettings.of(
            new TransportSettings.Identity("test", id, System.nanoTime()),
            HostAndPort.fromString(self.peerAddress())));
  }

  private static Request acquire(long session, long sequence) {
    return new Request.Acquire(
        session, 0, RequestId.of(sequence), "orders/42", "main", LockMode.EXCLUSIVE, 0, 0, 0);
  }

  /** A connection whose replies are waited for. */
  private static final class Client implements ClientChannel {
    private final Peer peer;
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicLong lastId = new AtomicLong();

    private Client(Peer peer) {
      this.peer = peer;
    }

    @Override
    public void reply(long id, Reply reply) {
      replies.add(reply);
    }

    @Override
    public void event(Event event) {
      events.add(event);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void flush() {}

    boolean send(Request request) {
      return peer.service()
          .submit(this, "", List.of(new RequestMessage(lastId.incrementAndGet(), request)));
    }

    Reply next() throws InterruptedException {
      Reply reply = replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (reply == null) {
        throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s");
      }
      return reply;
    }

    Reply persist(Request request) throws InterruptedException {
      Reply reply = null;
      for (int i = 0; i < 50; i++) {
        assertThat(send(request)).isTrue();
        reply = next();
        if (!(reply instanceof Reply.Failed failed) || !failed.error().retryable()) {
          return reply;
        }
      }
      throw new AssertionError("refused again and again: " + reply);
    }
  }
}
