package io.holdfast.bench.rivals.redis;

import io.holdfast.bench.worker.LockClient;
import io.holdfast.bench.worker.LockSystem;
import io.holdfast.bench.worker.Members;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * A master with two replicas, and Redisson's RLock with its defaults. Replicas follow behind: an
 * answered request is safe on the master at most.
 */
public final class Redis implements LockSystem {
  private static final Pattern VERSION = Pattern.compile("v=([0-9.]+)");

  private final Members members;
  private final List<Integer> ports;
  private final boolean durable;

  private Redis(Members members, List<Integer> ports, boolean durable) {
    this.members = members;
    this.ports = ports;
    this.durable = durable;
  }

  /** Starts it with every write forced to the master's disk before it is answered. */
  public static final class Fsync implements Factory {
    @Override
    public LockSystem start(Path directory) throws IOException, InterruptedException {
      return Redis.start(directory, true);
    }
  }

  /** Starts it without any file. */
  public static final class Memory implements Factory {
    @Override
    public LockSystem start(Path directory) throws IOException, InterruptedException {
      return Redis.start(directory, false);
    }
  }

  private static LockSystem start(Path directory, boolean durable)
      throws IOException, InterruptedException {
    Redis system = new Redis(new Members(directory), Members.freePorts(MEMBERS), durable);
    for (int member = 0; member < MEMBERS; member++) {
      system.launch(member);
      Members.awaitPort(system.ports.get(member));
    }
    system.awaitReplicas();
    return system;
  }

  private void launch(int member) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("redis-server");
    command.addAll(List.of("--port", String.valueOf(ports.get(member)), "--bind", Members.HOST));
    command.addAll(List.of("--dir", members.folder(member).toString(), "--save", ""));
    command.addAll(List.of("--appendonly", durable ? "yes" : "no", "--appendfsync", "always"));
    command.addAll(List.of("--shutdown-timeout", "0"));
    if (member > 0) {
      command.addAll(List.of("--replicaof", Members.HOST, String.valueOf(ports.get(0))));
    }
    members.start(member, command);
  }

  private void awaitReplicas() throws InterruptedException {
    Members.await(
        "Redis replicas online",
        () ->
            output("redis-cli", "-p", String.valueOf(ports.get(0)), "role")
                    .split("127.0.0.1", -1)
                    .length
                == MEMBERS);
  }

  private static String output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public String version() throws IOException {
    Matcher version = VERSION.matcher(output("redis-server", "--version"));
    return "Redis "
        + (version.find() ? version.group(1) : "")
        + (durable ? ", appendfsync always" : ", no persistence")
        + ", Redisson RLock";
  }

  @Override
  public List<Long> memberPids() {
    return members.pids();
  }

  @Override
  public Clients open(int count) {
    Config config = new Config();
    config.useSingleServer().setAddress("redis://" + Members.HOST + ":" + ports.get(0));
    return new RedissonClients(Redisson.create(config));
  }

  @Override
  public void close() {
    members.close();
  }

  /** One Redisson for all: it has a pool of connections itself. */
  private record RedissonClients(RedissonClient redisson) implements Clients {
    @Override
    public LockClient client(int number, String lock) {
      return new Competitor(redisson.getLock(lock));
    }

    @Override
    public void close() {
      redisson.shutdown();
    }
  }

  private record Competitor(RLock lock) implements LockClient {
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
