package io.holdfast.bench.rivals.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Lock;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.maintenance.StatusResponse;
import io.grpc.stub.StreamObserver;
import io.holdfast.bench.worker.LockClient;
import io.holdfast.bench.worker.LockSystem;
import io.holdfast.bench.worker.Members;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Three members with etcd's defaults, and its lock service (v3lock) by jetcd. */
public final class Etcd implements LockSystem {
  private static final long LEASE_SECONDS = 15;
  private static final long PROBE_SECONDS = 2;

  private final Members members;
  private final List<Integer> ports;

  private Etcd(Members members, List<Integer> ports) {
    this.members = members;
    this.ports = ports;
  }

  /** Starts it. */
  public static final class Factory implements LockSystem.Factory {
    @Override
    public LockSystem start(Path directory) throws IOException, InterruptedException {
      Etcd system = new Etcd(new Members(directory), Members.freePorts(MEMBERS * 2));
      for (int member = 0; member < MEMBERS; member++) {
        system.launch(member);
      }
      system.awaitServing();
      return system;
    }
  }

  private void launch(int member) throws IOException {
    String peers =
        IntStream.range(0, MEMBERS)
            .mapToObj(it -> "m" + it + "=" + peerUrl(it))
            .collect(Collectors.joining(","));
    members.start(
        member,
        List.of(
            "etcd",
            "--name=m" + member,
            "--data-dir=" + members.folder(member).resolve("data"),
            "--listen-client-urls=" + clientUrl(member),
            "--advertise-client-urls=" + clientUrl(member),
            "--listen-peer-urls=" + peerUrl(member),
            "--initial-advertise-peer-urls=" + peerUrl(member),
            "--initial-cluster=" + peers,
            "--logger=zap"));
  }

  private String clientUrl(int member) {
    return "http://" + Members.HOST + ":" + ports.get(member * 2);
  }

  private String peerUrl(int member) {
    return "http://" + Members.HOST + ":" + ports.get(member * 2 + 1);
  }

  private void awaitServing() throws InterruptedException {
    for (int member = 0; member < MEMBERS; member++) {
      Members.awaitPort(ports.get(member * 2));
    }
    Members.await("an etcd member leads and all follow", () -> agreeOnLeader());
  }

  private boolean agreeOnLeader() throws Exception {
    List<Long> leaders = new ArrayList<>();
    for (int member = 0; member < MEMBERS; member++) {
      leaders.add(statusOf(member).getLeader());
    }
    return leaders.get(0) != 0 && Collections.frequency(leaders, leaders.get(0)) == MEMBERS;
  }

  private StatusResponse statusOf(int member) throws Exception {
    try (Client client = Client.builder().endpoints(clientUrl(member)).build()) {
      return client
          .getMaintenanceClient()
          .statusMember(clientUrl(member))
          .get(PROBE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public String version() throws Exception {
    return "etcd " + statusOf(0).getVersion() + ", v3lock by jetcd";
  }

  @Override
  public List<Long> memberPids() {
    return members.pids();
  }

  @Override
  public Clients open(int count) {
    return new EtcdClients(Math.min(count, CONNECTIONS_MAX));
  }

  @Override
  public int leader() throws Exception {
    for (int member = 0; member < MEMBERS; member++) {
      StatusResponse status = statusOf(member);
      if (status.getHeader().getMemberId() == status.getLeader()) {
        return member;
      }
    }
    throw new IllegalStateException("no etcd member leads");
  }

  @Override
  public void kill(int member) throws InterruptedException {
    members.kill(member);
  }

  @Override
  public void restart(int member) throws IOException, InterruptedException {
    launch(member);
    awaitServing();
  }

  @Override
  public void close() {
    members.close();
  }

  private final class EtcdClients implements Clients {
    private final List<Client> connections = new ArrayList<>();

    EtcdClients(int count) {
      for (int i = 0; i < count; i++) {
        List<String> urls =
            new ArrayList<>(IntStream.range(0, MEMBERS).mapToObj(Etcd.this::clientUrl).toList());
        Collections.rotate(urls, i);
        connections.add(Client.builder().endpoints(urls.toArray(new String[0])).build());
      }
    }

    /** Each client has a lease of its own: etcd takes clients with the same lease for one owner. */
    @Override
    public LockClient client(int number, String lock)
        throws ExecutionException, InterruptedException {
      Client connection = connections.get(number % connections.size());
      Lease leases = connection.getLeaseClient();
      long lease = leases.grant(LEASE_SECONDS).get().getID();
      var unused = leases.keepAlive(lease, new Unheard());
      ByteSequence name = ByteSequence.from(lock, StandardCharsets.UTF_8);
      return new Competitor(connection.getLockClient(), name, lease);
    }

    @Override
    public void close() {
      connections.forEach(Client::close);
    }
  }

  private static final class Competitor implements LockClient {
    private final Lock locks;
    private final ByteSequence name;
    private final long lease;
    private @Nullable ByteSequence held;

    Competitor(Lock locks, ByteSequence name, long lease) {
      this.locks = locks;
      this.name = name;
      this.lease = lease;
    }

    @Override
    public void acquire() throws ExecutionException, InterruptedException {
      held = locks.lock(name, lease).get().getKey();
    }

    @Override
    public void release() throws ExecutionException, InterruptedException {
      if (held != null) {
        var unused = locks.unlock(held).get();
      }
    }
  }

  private static final class Unheard implements StreamObserver<LeaseKeepAliveResponse> {
    @Override
    public void onNext(LeaseKeepAliveResponse response) {
      // Alive.
    }

    @Override
    public void onError(Throwable failure) {
      // A lease that is lost shows as an error of the lock.
    }

    @Override
    public void onCompleted() {
      // The client was closed.
    }
  }
}
