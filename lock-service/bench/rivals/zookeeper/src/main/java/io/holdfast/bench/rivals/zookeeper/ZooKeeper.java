package io.holdfast.bench.rivals.zookeeper;

import io.holdfast.bench.worker.LockClient;
import io.holdfast.bench.worker.LockSystem;
import io.holdfast.bench.worker.Members;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.Version;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** Three servers with the settings of ZooKeeper's guide, and Curator's InterProcessMutex. */
public final class ZooKeeper implements LockSystem {
  private static final int PORTS_EACH = 3;
  private static final int PROBE_MILLIS = 2_000;
  private static final int SESSION_MILLIS = 15_000;
  private static final int CONNECT_MILLIS = 15_000;
  private static final int RETRY_BASE_MILLIS = 50;
  private static final int RETRIES_MAX = 10;

  private final Members members;
  private final List<Integer> ports;

  private ZooKeeper(Members members, List<Integer> ports) {
    this.members = members;
    this.ports = ports;
  }

  /** Starts it. */
  public static final class Factory implements LockSystem.Factory {
    @Override
    public LockSystem start(Path directory) throws IOException, InterruptedException {
      ZooKeeper system =
          new ZooKeeper(new Members(directory), Members.freePorts(MEMBERS * PORTS_EACH));
      for (int member = 0; member < MEMBERS; member++) {
        system.configure(member);
        system.launch(member);
      }
      for (int member = 0; member < MEMBERS; member++) {
        system.awaitServing(member);
      }
      return system;
    }
  }

  private void configure(int member) throws IOException {
    Path data = Files.createDirectories(members.folder(member).resolve("data"));
    Files.writeString(data.resolve("myid"), String.valueOf(member + 1), StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    lines.add("tickTime=2000");
    lines.add("initLimit=10");
    lines.add("syncLimit=5");
    lines.add("dataDir=" + data);
    lines.add("clientPort=" + clientPort(member));
    lines.add("clientPortAddress=" + Members.HOST);
    lines.add("maxClientCnxns=0");
    lines.add("admin.enableServer=false");
    for (int other = 0; other < MEMBERS; other++) {
      lines.add(
          "server.%d=%s:%d:%d"
              .formatted(
                  other + 1,
                  Members.HOST,
                  ports.get(other * PORTS_EACH + 1),
                  ports.get(other * PORTS_EACH + 2)));
    }
    Files.write(configuration(member), lines, StandardCharsets.UTF_8);
  }

  private Path configuration(int member) throws IOException {
    return members.folder(member).resolve("zoo.cfg");
  }

  private int clientPort(int member) {
    return ports.get(member * PORTS_EACH);
  }

  private void launch(int member) throws IOException {
    members.start(
        member,
        Members.java(List.of(), QuorumPeerMain.class.getName(), configuration(member).toString()));
  }

  private void awaitServing(int member) throws InterruptedException {
    Members.await("ZooKeeper member " + (member + 1) + " serves", () -> !modeOf(member).isEmpty());
  }

  /** {@code leader} or {@code follower}; empty while the server has found no quorum. */
  private String modeOf(int member) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(Members.address(clientPort(member)), PROBE_MILLIS);
      socket.setSoTimeout(PROBE_MILLIS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer
          .lines()
          .filter(line -> line.startsWith("Mode: "))
          .map(line -> line.substring("Mode: ".length()).strip())
          .findFirst()
          .orElse("");
    }
  }

  @Override
  public String version() {
    return "ZooKeeper " + Version.getVersion() + ", Curator InterProcessMutex";
  }

  @Override
  public List<Long> memberPids() {
    return members.pids();
  }

  @Override
  public Clients open(int count) throws InterruptedException {
    String servers =
        List.of(0, 1, 2).stream()
            .map(member -> Members.HOST + ":" + clientPort(member))
            .collect(Collectors.joining(","));
    List<CuratorFramework> connections = new ArrayList<>();
    for (int i = 0; i < Math.min(count, CONNECTIONS_MAX); i++) {
      CuratorFramework connection =
          CuratorFrameworkFactory.newClient(
              servers,
              SESSION_MILLIS,
              CONNECT_MILLIS,
              new ExponentialBackoffRetry(RETRY_BASE_MILLIS, RETRIES_MAX));
      connection.start();
      connections.add(connection);
    }
    for (CuratorFramework connection : connections) {
      connection.blockUntilConnected();
    }
    return new CuratorClients(connections);
  }

  @Override
  public int leader() throws IOException {
    for (int member = 0; member < MEMBERS; member++) {
      if (modeOf(member).equals("leader")) {
        return member;
      }
    }
    throw new IllegalStateException("no ZooKeeper member leads");
  }

  @Override
  public void kill(int member) throws InterruptedException {
    members.kill(member);
  }

  @Override
  public void restart(int member) throws IOException, InterruptedException {
    launch(member);
    awaitServing(member);
  }

  @Override
  public void close() {
    members.close();
  }

  private record CuratorClients(List<CuratorFramework> connections) implements Clients {
    @Override
    public LockClient client(int number, String lock) {
      InterProcessMutex mutex =
          new InterProcessMutex(connections.get(number % connections.size()), "/" + lock);
      return new Competitor(mutex);
    }

    @Override
    public void close() {
      connections.forEach(CuratorFramework::close);
    }
  }

  private record Competitor(InterProcessMutex mutex) implements LockClient {
    @Override
    public void acquire() throws Exception {
      mutex.acquire();
    }

    @Override
    public void release() throws Exception {
      mutex.release();
    }
  }
}
