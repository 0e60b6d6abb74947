package io.holdfast.bench.holdfast;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.bench.worker.LockClient;
import io.holdfast.bench.worker.LockSystem;
import io.holdfast.cli.cluster.ClusterPlan;
import io.holdfast.cli.cluster.LocalCluster;
import io.holdfast.cli.cluster.PeerProcess;
import io.holdfast.cli.http.HttpApi;
import io.holdfast.client.ClientListener;
import io.holdfast.client.DistributedLock;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.Lease;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Three peers as processes, and the Java client. */
public final class Holdfast implements LockSystem {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SESSION_TTL = Duration.ofSeconds(15);

  private final LocalCluster cluster;

  private Holdfast(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /** Starts it. */
  public static final class Factory implements LockSystem.Factory {
    @Override
    public LockSystem start(Path directory) throws IOException, InterruptedException {
      LocalCluster cluster =
          new LocalCluster(ClusterPlan.onFreePorts("compare", directory, MEMBERS), List.of());
      cluster.startAll();
      cluster.awaitReady(PATIENCE);
      return new Holdfast(cluster);
    }
  }

  @Override
  public String version() {
    return "Holdfast 0.1.0";
  }

  @Override
  public List<Long> memberPids() {
    return cluster.alive().stream().map(PeerProcess::pid).toList();
  }

  @Override
  public Clients open(int count) {
    return new HoldfastClients(cluster.plan(), Math.min(count, CONNECTIONS_MAX));
  }

  @Override
  public int leader() throws InterruptedException {
    List<URI> endpoints =
        cluster.plan().clientAddresses().stream().map(it -> URI.create("http://" + it)).toList();
    HttpApi http = new HttpApi(endpoints, PATIENCE, null, Optional.empty());
    JsonNode answer = http.call("GET", "/v1/cluster", null, Duration.ZERO);
    String address = answer.path("leader").path("clientAddress").asText();
    return cluster.plan().clientAddresses().indexOf(address);
  }

  @Override
  public void kill(int member) throws InterruptedException {
    cluster.peer(member + 1).orElseThrow().kill();
  }

  @Override
  public void restart(int member) throws IOException, InterruptedException {
    cluster.start(member + 1).awaitReady(PATIENCE);
  }

  @Override
  public void close() {
    cluster.close();
  }

  private static final class HoldfastClients implements Clients {
    private final List<HoldfastClient> connections = new ArrayList<>();

    HoldfastClients(ClusterPlan plan, int count) {
      List<String> addresses = plan.clientAddresses();
      for (int i = 0; i < count; i++) {
        List<String> turned = new ArrayList<>(addresses);
        Collections.rotate(turned, i);
        connections.add(
            HoldfastClient.builder()
                .endpoints(turned.toArray(new String[0]))
                .sessionTtl(SESSION_TTL)
                .listener(new ClientListener() {})
                .build());
      }
    }

    @Override
    public LockClient client(int number, String lock) {
      return new Competitor(connections.get(number % connections.size()).lock(lock));
    }

    @Override
    public void close() {
      connections.forEach(HoldfastClient::close);
    }
  }

  private static final class Competitor implements LockClient {
    private final DistributedLock lock;
    private @Nullable Lease lease;

    Competitor(DistributedLock lock) {
      this.lock = lock;
    }

    @Override
    public void acquire() throws InterruptedException {
      lease = lock.acquire();
    }

    @Override
    public void release() {
      if (lease != null) {
        lease.release();
      }
    }
  }
}
