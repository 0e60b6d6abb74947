package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Grant;
import io.holdfast.api.Holder;
import io.holdfast.api.LeaderHint;
import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.Waiter;
import io.holdfast.server.peer.BackupSink;
import io.holdfast.server.peer.ClientChannel;
import io.holdfast.server.peer.StateDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A peer that answers from a script, on a thread of its own, one turn for each batch it is handed.
 * What it is asked can be taken from it.
 */
final class FakePeer implements PeerPort, AutoCloseable {
  static final LeaderHint LEADER = new LeaderHint("peer-1", "127.0.0.1:7070");
  static final Holder HOLDER = new Holder(7, "main", 3, LockMode.EXCLUSIVE, 1);

  /** One request as it arrived. */
  record Asked(ClientChannel channel, String principal, long id, Request request) {}

  private final ExecutorService loop =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "fake-peer"));
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<ClientChannel> closed = new LinkedBlockingQueue<>();
  private final BlockingQueue<ClientChannel> resumed = new LinkedBlockingQueue<>();
  private volatile Function<Request, @Nullable Reply> script = FakePeer::fullReply;
  private volatile boolean accepting = true;
  private volatile Consumer<BackupSink> backup =
      sink -> sink.failed(Reply.Failed.of(ErrorCode.UNAVAILABLE, "no backup in this test"));
  final Semaphore backupsResumed = new Semaphore(0);
  private volatile PeerHealth health = new PeerHealth(true, true, "leader");

  /** Sets what to answer; null leaves the request without an answer. */
  void answer(Function<Request, @Nullable Reply> with) {
    script = with;
  }

  /** Sets how backups are made, on the peer's thread. */
  void backup(Consumer<BackupSink> with) {
    backup = with;
  }

  void accept(boolean value) {
    accepting = value;
  }

  void health(PeerHealth value) {
    health = value;
  }

  /** The next request that is not a hello. */
  Asked takeAsked() throws InterruptedException {
    Asked next;
    do {
      next = asked.poll(30, TimeUnit.SECONDS);
      assertThat(next).as("a request reached the peer").isNotNull();
    } while (next.request() instanceof Request.Hello);
    return next;
  }

  ClientChannel takeClosed() throws InterruptedException {
    ClientChannel channel = closed.poll(30, TimeUnit.SECONDS);
    assertThat(channel).as("a client was closed").isNotNull();
    return channel;
  }

  ClientChannel takeResumed() throws InterruptedException {
    ClientChannel channel = resumed.poll(30, TimeUnit.SECONDS);
    assertThat(channel).as("a client is ready again").isNotNull();
    return channel;
  }

  /** Whether nothing but greetings came since the last look. */
  boolean wasAskedNothing() {
    List<Asked> seen = new ArrayList<>();
    asked.drainTo(seen);
    return seen.stream().allMatch(one -> one.request() instanceof Request.Hello);
  }

  /** Sends events in one turn. */
  void push(ClientChannel channel, Event... events) {
    loop.execute(
        () -> {
          for (Event event : events) {
            channel.event(event);
          }
          channel.flush();
        });
  }

  void reply(Asked to, Reply reply) {
    loop.execute(
        () -> {
          to.channel().reply(to.id(), reply);
          to.channel().flush();
        });
  }

  @Override
  public boolean submit(ClientChannel client, String principal, List<RequestMessage> requests) {
    if (!accepting) {
      return false;
    }
    loop.execute(() -> turn(client, principal, requests));
    return true;
  }

  private void turn(ClientChannel client, String principal, List<RequestMessage> requests) {
    for (RequestMessage message : requests) {
      Reply reply = script.apply(message.request());
      if (reply != null) {
        client.reply(message.id(), reply);
      }
      asked.add(new Asked(client, principal, message.id(), message.request()));
    }
    client.flush();
  }

  @Override
  public void opened(ClientChannel client) {}

  @Override
  public void closed(ClientChannel client) {
    closed.add(client);
  }

  @Override
  public void resumed(ClientChannel client) {
    resumed.add(client);
  }

  @Override
  public CompletableFuture<StateDigest> stateDigest() {
    return CompletableFuture.completedFuture(new StateDigest("peer-1", 41, "00ff"));
  }

  @Override
  public boolean backup(BackupSink sink) {
    if (!accepting) {
      return false;
    }
    loop.execute(() -> backup.accept(sink));
    return true;
  }

  @Override
  public void backupResumed() {
    backupsResumed.release();
  }

  @Override
  public PeerHealth health() {
    return health;
  }

  @Override
  public void close() {
    loop.shutdownNow();
  }

  /** A reply to each request in which every field has a value. */
  static Reply fullReply(Request request) {
    return switch (request.op()) {
      case HELLO ->
          new Reply.Welcome("peer-1", LEADER, new Reply.ServerLimits(1_000, 86_400_000, 64, 1024));
      case OPEN_SESSION -> new Reply.SessionOpened(7, ((Request.OpenSession) request).ttlMillis());
      case KEEP_ALIVE -> new Reply.KeptAlive(((Request.KeepAlive) request).session(), 10_000);
      case CLOSE_SESSION -> new Reply.SessionClosed(((Request.CloseSession) request).session());
      case ATTACH -> new Reply.Attached(((Request.Attach) request).session());
      case ACQUIRE -> new Reply.Granted(((Request.Acquire) request).lock(), 3, 7, 42);
      case ACQUIRE_ALL -> new Reply.GrantedAll(List.of(new Grant("a", 3)), 7, 42);
      case RELEASE -> new Reply.Released(((Request.Release) request).lock());
      case CANCEL_WAIT ->
          new Reply.WaitCancelled(Reply.CancelOutcome.GRANTED, List.of(new Grant("a", 3)));
      case PUBLISH -> new Reply.Published(((Request.Publish) request).lock());
      case CHECK -> new Reply.Checked(true, 3, List.of(HOLDER));
      case GET_LOCK ->
          new Reply.LockState(
              ((Request.GetLock) request).lock(),
              2,
              3,
              List.of(HOLDER),
              List.of(new Waiter(8, "main", LockMode.SHARED, 1)),
              1,
              "value",
              42);
      case LIST_LOCKS -> new Reply.LockPage(List.of(new Reply.LockRow("a", 2, 3, 1, 1)), true, 42);
      case LIST_SESSIONS ->
          new Reply.SessionPage(
              List.of(new Reply.SessionRow(7, 10_000, "job", "billing", 1, 1)), true, 42);
      case WATCH -> new Reply.Watching(1, 42, false);
      case UNWATCH -> new Reply.Unwatched(((Request.Unwatch) request).watch());
      case CLUSTER ->
          new Reply.ClusterState(
              "peer-1",
              LEADER,
              5,
              42,
              41,
              List.of(
                  new Reply.PeerRow("peer-1", "127.0.0.1:7070", Reply.PeerRole.LEADER, 42, 0, 1)),
              "storage failed");
      case FORCE_RELEASE -> new Reply.ForceReleased(((Request.ForceRelease) request).lock(), 1);
      case FORGET -> new Reply.Forgotten(((Request.Forget) request).lock(), 7);
      case MEMBERS, ADD_MEMBER, PROMOTE_MEMBER, DEMOTE_MEMBER, REMOVE_MEMBER ->
          new Reply.MemberList(
              List.of(
                  new Reply.MemberRow(
                      "peer-4",
                      "127.0.0.1:7803",
                      "127.0.0.1:7073",
                      Reply.MemberRole.LEARNER,
                      false,
                      41,
                      1,
                      3)),
              true,
              42);
      case TRANSFER -> new Reply.Transferred("peer-2");
    };
  }
}
