package io.holdfast.bench.compare;

import java.util.List;

/**
 * A system that is compared.
 *
 * @param work what it is loaded with
 * @param durability where an answered request is safe
 * @param factory class name of its {@code LockSystem.Factory} or {@code RaftMember.Factory}
 * @param failsOver whether its leader is killed to see how long nothing is granted
 */
record Contender(
    String id,
    String title,
    Work work,
    String durability,
    String factory,
    boolean failsOver,
    Requirement requirement) {
  private static final String FSYNC = "majority, fsync";

  /** Lock services and replicated logs are compared among themselves only. */
  enum Work {
    PAIRS("holdfast"),
    COMMANDS("raft-holdfast");

    private final String ours;

    Work(String ours) {
      this.ours = ours;
    }

    /** Identifies the system that the others are set in relation to. */
    String ours() {
      return ours;
    }
  }

  /** Holdfast first: its rounds are next to those of the systems most like it. */
  static final List<Contender> ALL =
      List.of(
          pairs(
              "holdfast",
              "Holdfast",
              FSYNC,
              "io.holdfast.bench.holdfast.Holdfast$Factory",
              true,
              Requirement.nothing()),
          pairs(
              "zookeeper",
              "ZooKeeper",
              FSYNC,
              "io.holdfast.bench.rivals.zookeeper.ZooKeeper$Factory",
              true,
              Requirement.libraries("zookeeper")),
          pairs(
              "etcd",
              "etcd",
              FSYNC,
              "io.holdfast.bench.rivals.etcd.Etcd$Factory",
              true,
              Requirement.program("etcd", "etcd-server", "etcd")),
          pairs(
              "redis-fsync",
              "Redis with fsync",
              "master, fsync",
              "io.holdfast.bench.rivals.redis.Redis$Fsync",
              false,
              Requirement.program("redis-server", "redis-server", "redis")),
          pairs(
              "redis-memory",
              "Redis in memory",
              "master, memory",
              "io.holdfast.bench.rivals.redis.Redis$Memory",
              false,
              Requirement.program("redis-server", "redis-server", "redis")),
          pairs(
              "hazelcast",
              "Hazelcast",
              "majority, memory",
              "io.holdfast.bench.rivals.hazelcast.HazelcastCp$Factory",
              false,
              Requirement.libraries("hazelcast")),
          commands(
              "raft-holdfast",
              "Holdfast's log",
              "io.holdfast.bench.raft.HoldfastRaft$Factory",
              Requirement.nothing()),
          commands(
              "raft-jgroups",
              "jgroups-raft",
              "io.holdfast.bench.rivals.jgroupsraft.JGroupsRaft$Factory",
              Requirement.libraries("jgroups-raft")),
          commands(
              "raft-sofa",
              "SOFAJRaft",
              "io.holdfast.bench.rivals.sofajraft.SofaRaft$Factory",
              Requirement.libraries("sofa-jraft")));

  private static Contender pairs(
      String id,
      String title,
      String durability,
      String factory,
      boolean failsOver,
      Requirement requirement) {
    return new Contender(id, title, Work.PAIRS, durability, factory, failsOver, requirement);
  }

  private static Contender commands(
      String id, String title, String factory, Requirement requirement) {
    return new Contender(id, title, Work.COMMANDS, FSYNC, factory, false, requirement);
  }

  static Contender parse(String id) {
    return ALL.stream()
        .filter(it -> it.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + id + "' is none of " + String.join(", ", ids())));
  }

  static List<String> ids() {
    return ALL.stream().map(Contender::id).toList();
  }
}
