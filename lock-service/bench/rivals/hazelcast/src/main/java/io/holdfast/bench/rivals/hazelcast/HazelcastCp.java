package io.holdfast.bench.rivals.hazelcast;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.cp.lock.FencedLock;
import com.hazelcast.instance.BuildInfoProvider;
import io.holdfast.bench.worker.LockClient;
import io.holdfast.bench.worker.LockSystem;
import io.holdfast.bench.worker.Members;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Three members with a CP subsystem of three, and its FencedLock. The open edition keeps no file.
 */
public final class HazelcastCp implements LockSystem {
  private static final List<String> OPTIONS =
      List.of(
          "-Dhazelcast.phone.home.enabled=false",
          "-Dhazelcast.logging.type=none",
          "--add-modules=java.se",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED",
          "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

  private final Members members;
  private final List<Integer> ports;

  private HazelcastCp(Members members, List<Integer> ports) {
    this.members = members;
    this.ports = ports;
  }

  /** Starts it. */
  public static final class Factory implements LockSystem.Factory {
    @Override
    public LockSystem start(Path directory) throws IOException, InterruptedException {
      System.setProperty("hazelcast.logging.type", "none");
      HazelcastCp system = new HazelcastCp(new Members(directory), Members.freePorts(MEMBERS));
      for (int member = 0; member < MEMBERS; member++) {
        List<String> arguments = new ArrayList<>();
        arguments.add(String.valueOf(system.ports.get(member)));
        system.ports.forEach(port -> arguments.add(String.valueOf(port)));
        system.members.start(
            member,
            Members.java(OPTIONS, Member.class.getName(), arguments.toArray(new String[0])));
        Members.awaitPort(system.ports.get(member));
      }
      system.awaitGrant();
      return system;
    }
  }

  /** The CP subsystem is there when it grants a lock. */
  private void awaitGrant() throws InterruptedException {
    HazelcastInstance client = newClient();
    try {
      Members.await(
          "Hazelcast's CP subsystem serves",
          () -> {
            Competitor probe = new Competitor(client.getCPSubsystem().getLock("ready"));
            probe.acquire();
            probe.release();
            return true;
          });
    } finally {
      client.shutdown();
    }
  }

  private HazelcastInstance newClient() {
    ClientConfig config = new ClientConfig();
    ports.forEach(port -> config.getNetworkConfig().addAddress(Members.HOST + ":" + port));
    return HazelcastClient.newHazelcastClient(config);
  }

  @Override
  public String version() {
    return "Hazelcast " + BuildInfoProvider.getBuildInfo().getVersion() + ", CP FencedLock";
  }

  @Override
  public List<Long> memberPids() {
    return members.pids();
  }

  @Override
  public Clients open(int count) {
    return new HazelcastClients(
        Stream.generate(this::newClient).limit(Math.min(count, CONNECTIONS_MAX)).toList());
  }

  @Override
  public void close() {
    members.close();
  }

  private record HazelcastClients(List<HazelcastInstance> connections) implements Clients {
    @Override
    public LockClient client(int number, String lock) {
      return new Competitor(
          connections.get(number % connections.size()).getCPSubsystem().getLock(lock));
    }

    @Override
    public void close() {
      connections.forEach(HazelcastInstance::shutdown);
    }
  }

  private record Competitor(FencedLock lock) implements LockClient {
    @Override
    public void acquire() throws InterruptedException {
      lock.lockInterruptibly();
    }

    @Override
    public void release() {
      lock.unlock();
    }
  }
}
