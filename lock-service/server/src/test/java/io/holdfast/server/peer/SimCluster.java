package io.holdfast.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.Event;
import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.api.RequestMessage;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.RaftNodeSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Three peers under virtual time, and clients that talk to them. */
final class SimCluster {
  final SimWorld world;
  private final Map<PeerId, SimPeer> peers = new LinkedHashMap<>();

  SimCluster(long seed) {
    this(seed, UnaryOperator.identity(), UnaryOperator.identity());
  }

  SimCluster(
      long seed,
      UnaryOperator<RaftNodeSettings> nodeSettings,
      UnaryOperator<PeerServiceSettings> serviceSettings) {
    world = new SimWorld(seed);
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      members.add(new Member(new PeerId(i), "host-" + i + ":7800", "host-" + i + ":7070"));
    }
    Configuration configuration = Configuration.ofVoters(members);
    for (Member member : members) {
      peers.put(
          member.id(),
          new SimPeer(
              world,
              member.id(),
              nodeSettings.apply(RaftNodeSettings.defaults(member.id(), configuration)),
              serviceSettings.apply(PeerServiceSettings.DEFAULT)));
    }
    peers.values().forEach(SimPeer::start);
  }

  /** Starts a peer that nobody has added yet and that knows the members there are. */
  SimPeer startNewcomer(int id) {
    PeerId self = new PeerId(id);
    Configuration known = leader().node().core().configuration();
    SimPeer peer =
        new SimPeer(
            world, self, RaftNodeSettings.defaults(self, known), PeerServiceSettings.DEFAULT);
    peers.put(self, peer);
    peer.start();
    return peer;
  }

  List<SimPeer> peers() {
    return List.copyOf(peers.values());
  }

  List<PeerId> ids() {
    return List.copyOf(peers.keySet());
  }

  SimPeer peer(PeerId id) {
    return Optional.ofNullable(peers.get(id)).orElseThrow();
  }

  /** The peer that leads in the highest term and may serve. */
  Optional<SimPeer> findLeader() {
    return peers.values().stream()
        .filter(peer -> peer.isUp() && peer.node().status().ready())
        .max(java.util.Comparator.comparingLong(peer -> peer.node().status().term()));
  }

  SimPeer leader() {
    assertThat(world.runUntil(() -> findLeader().isPresent(), 10_000)).as("a leader").isTrue();
    return findLeader().orElseThrow();
  }

  /** A leader that every other peer that is up follows. */
  SimPeer settledLeader() {
    boolean settled =
        world.runUntil(
            () -> {
              Optional<SimPeer> leader = findLeader();
              return leader.isPresent()
                  && peers.values().stream()
                      .allMatch(
                          peer ->
                              !peer.isUp()
                                  || !leader
                                      .get()
                                      .node()
                                      .core()
                                      .configuration()
                                      .members()
                                      .containsKey(peer.id())
                                  || peer.node().status().leader().equals(leader.map(SimPeer::id)));
            },
            20_000);
    assertThat(settled).as("a leader that all follow: %s", describe()).isTrue();
    return findLeader().orElseThrow();
  }

  private List<String> describe() {
    return peers.values().stream()
        .map(peer -> peer.isUp() ? peer.node().status().toString() : peer.id() + " is down")
        .toList();
  }

  SimPeer follower() {
    SimPeer leader = settledLeader();
    return peers.values().stream()
        .filter(peer -> peer.isUp() && peer != leader)
        .findFirst()
        .orElseThrow();
  }

  List<SimPeer> followers() {
    SimPeer leader = settledLeader();
    return peers.values().stream().filter(peer -> peer.isUp() && peer != leader).toList();
  }

  Client client(SimPeer peer) {
    return new Client(peer);
  }

  /** One connection. */
  final class Client implements ClientChannel {
    private final SimPeer peer;
    private final Map<Long, Reply> replies = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private long lastId;
    private boolean ready = true;
    private int unflushed;
    private int doubledReplies;

    private Client(SimPeer peer) {
      this.peer = peer;
      peer.service().opened(this);
    }

    @Override
    public void reply(long id, Reply reply) {
      if (replies.put(id, reply) != null) {
        doubledReplies++;
      }
      unflushed++;
    }

    @Override
    public void event(Event event) {
      events.add(event);
      unflushed++;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void flush() {
      unflushed = 0;
    }

    void setReady(boolean value) {
      ready = value;
      peer.service().resumed(this);
    }

    SimPeer peer() {
      return peer;
    }

    long send(Request request) {
      return sendAs("", request);
    }

    long sendAs(String principal, Request request) {
      long id = ++lastId;
      assertThat(peer.service().submit(this, principal, List.of(new RequestMessage(id, request))))
          .isTrue();
      return id;
    }

    void close() {
      peer.service().closed(this);
    }

    Optional<Reply> answerTo(long id) {
      return Optional.ofNullable(replies.get(id));
    }

    int unanswered() {
      return (int) lastId - replies.size();
    }

    void check() {
      assertThat(doubledReplies).as("requests answered twice").isZero();
      assertThat(unflushed).as("given and not flushed").isZero();
    }

    Reply await(long id) {
      assertThat(world.runUntil(() -> replies.containsKey(id), 30_000))
          .as("an answer to request %s", id)
          .isTrue();
      return Optional.ofNullable(replies.get(id)).orElseThrow();
    }

    Reply call(Request request) {
      return await(send(request));
    }

    <R extends Reply> R call(Class<R> type, Request request) {
      Reply reply = call(request);
      assertThat(reply).isInstanceOf(type);
      return type.cast(reply);
    }

    /** Asks again, under the same id, as long as an answer allows it. */
    Reply persist(Request request) {
      Reply reply = call(request);
      for (int i = 0; i < 50 && reply instanceof Reply.Failed failed; i++) {
        if (!failed.error().retryable()) {
          return reply;
        }
        reply = call(request);
      }
      return reply;
    }

    List<Event> events() {
      return List.copyOf(events);
    }

    <E extends Event> List<E> events(Class<E> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <E extends Event> E awaitEvent(Class<E> type) {
      assertThat(world.runUntil(() -> !events(type).isEmpty(), 60_000))
          .as("an event %s", type)
          .isTrue();
      return events(type).get(0);
    }

    long openSession(String nonce, long ttlMillis) {
      return call(Reply.SessionOpened.class, new Request.OpenSession(nonce, ttlMillis, "test"))
          .session();
    }
  }

  static Request acquire(long session, long sequence, String lock, long waitMillis) {
    return new Request.Acquire(
        session, 0, RequestId.of(sequence), lock, "main", LockMode.EXCLUSIVE, 0, 0, waitMillis);
  }

  static Request release(long session, long sequence, String lock, long token) {
    return new Request.Release(session, RequestId.of(sequence), lock, "main", token);
  }
}
