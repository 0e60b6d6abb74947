package io.holdfast.chaos.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Peers that can be hurt. Numbered from 1 by the places where they live, which keep their addresses
 * also when a peer is replaced by a new one. Used by one thread at a time, except for {@link
 * #status} and {@link #metrics}, which any thread may call; {@link #close} must clean up whatever
 * state it finds.
 */
public interface ClusterUnderTest extends AutoCloseable {
  /** Where the peers run: {@code processes}, {@code containers}. */
  String kind();

  /** Numbers of all peers, ascending. */
  List<Integer> peers();

  /** {@code host:port} at which a client on this machine reaches the peer; never changes. */
  String clientAddress(int peer);

  /** {@code host:port} at which the other peers reach it; never changes. */
  String peerAddress(int peer);

  /**
   * The number that the cluster itself knows the peer by: that of the place until it is renewed.
   */
  int memberId(int peer);

  /**
   * Gives the place to a new peer, under a number that none ever had, with an empty store, told to
   * join. The former one must be down; the new one is not started.
   */
  void renew(int peer) throws IOException, InterruptedException;

  /** Where clients reach all peers. */
  default List<String> clientAddresses() {
    return peers().stream().map(this::clientAddress).toList();
  }

  /** Starts every peer, and waits until each serves. */
  void startAll(Duration patience) throws IOException, InterruptedException;

  /** Starts a peer that does not run; waits for nothing. */
  void start(int peer) throws IOException, InterruptedException;

  /** Ends a peer at once, as a crash of its process does (SIGKILL), and waits until it is gone. */
  void kill(int peer) throws IOException, InterruptedException;

  /** Stops a peer's process where it is (SIGSTOP or the freezer). */
  void pause(int peer) throws IOException, InterruptedException;

  /** Lets a paused peer go on. */
  void resume(int peer) throws IOException, InterruptedException;

  /** Asks a peer to stop as an operator does (SIGTERM) and waits until it has. */
  void stop(int peer) throws IOException, InterruptedException;

  /** What has become of a peer's process, asked of the system rather than remembered. */
  Condition condition(int peer);

  /** Of a peer's process. */
  enum Condition {
    /** Runs. */
    RUNNING,
    /** Stopped by a signal or frozen. */
    PAUSED,
    /** Does not run. */
    DOWN
  }

  /** Cuts between peers, or why there are none here. */
  Links links();

  /** What a peer says of itself now; nothing when it does not answer soon. */
  default Optional<PeerStatus> status(int peer) {
    return PeerProbe.status(peer, clientAddress(peer));
  }

  /** The peer's metrics page; nothing when it does not answer soon. */
  default Optional<String> metrics(int peer) {
    return PeerProbe.metrics(clientAddress(peer));
  }

  /** The peer that says it leads in the highest term; nothing when none does. */
  default Optional<Integer> leader() {
    PeerStatus best = null;
    for (int peer : peers()) {
      PeerStatus status = condition(peer) == Condition.RUNNING ? status(peer).orElse(null) : null;
      if (status != null && status.leads() && (best == null || status.term() > best.term())) {
        best = status;
      }
    }
    return Optional.ofNullable(best).map(PeerStatus::peer);
  }

  /** Copies the peers' logs and configuration into a folder, one folder for each. */
  void collect(Path folder) throws IOException, InterruptedException;

  /** Facts for the report, as name and value: versions, image, JVM options. */
  List<Fact> facts();

  /** One fact for the report. */
  record Fact(String name, String value) {}

  /** Heals everything, ends every peer and removes what was made; the collected logs stay. */
  @Override
  void close();
}
