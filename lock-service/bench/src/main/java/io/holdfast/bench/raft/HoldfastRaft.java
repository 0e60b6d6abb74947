package io.holdfast.bench.raft;

import com.google.common.net.HostAndPort;
import io.holdfast.bench.worker.CommandMap;
import io.holdfast.bench.worker.Members;
import io.holdfast.bench.worker.RaftMember;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.NodeListener;
import io.holdfast.raft.driver.NodeRunner;
import io.holdfast.raft.driver.ProposalCallback;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.driver.RaftNode;
import io.holdfast.raft.driver.RaftNodeSettings;
import io.holdfast.raft.driver.SnapshotPolicy;
import io.holdfast.raft.spi.StateMachine;
import io.holdfast.server.storage.MapDbLogStorage;
import io.holdfast.server.storage.StorageSettings;
import io.holdfast.server.transport.JGroupsTransport;
import io.holdfast.server.transport.TransportSettings;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One peer's storage, transport, core and event loop, as the server joins them. */
public final class HoldfastRaft implements RaftMember {
  private static final String CLUSTER = "compare";

  /** As rarely as jgroups-raft with a log of 100 MB between snapshots. */
  private static final long ENTRIES_BETWEEN_SNAPSHOTS = 1_000_000;

  private final RaftNode<Boolean> node;
  private final NodeRunner runner;
  private final VisitsAfterTheLast visits = new VisitsAfterTheLast();
  private volatile boolean leads;

  private HoldfastRaft(PeerId self, Configuration configuration, Path folder) {
    String address = configuration.members().get(self).peerAddress();
    SnapshotPolicy usual = SnapshotPolicy.DEFAULT;
    SnapshotPolicy policy =
        new SnapshotPolicy(
            ENTRIES_BETWEEN_SNAPSHOTS,
            Long.MAX_VALUE,
            usual.retainedEntries(),
            usual.chunkBytes(),
            usual.windowChunks());
    this.node =
        new RaftNode<>(
            RaftNodeSettings.defaults(self, configuration).withSnapshots(policy),
            MapDbLogStorage.open(new StorageSettings(folder.resolve("data"), CLUSTER, self)),
            new JGroupsTransport(
                TransportSettings.of(
                    new TransportSettings.Identity(CLUSTER, self, System.nanoTime()),
                    HostAndPort.fromString(address))),
            new Machine(),
            new SplittableRandom(),
            new Roles());
    this.runner = new NodeRunner(node, CLUSTER + "-" + self, visits);
  }

  /** Starts it. */
  public static final class Factory implements RaftMember.Factory {
    @Override
    public RaftMember start(int number, List<Integer> ports, Path folder) {
      TreeMap<PeerId, Member> members = new TreeMap<>();
      for (int i = 0; i < ports.size(); i++) {
        PeerId id = new PeerId(i + 1);
        String address = Members.HOST + ":" + ports.get(i);
        members.put(id, new Member(id, address, address));
      }
      Configuration configuration =
          new Configuration(
              members, new TreeSet<>(members.keySet()), new TreeSet<>(), new TreeSet<>());
      HoldfastRaft member = new HoldfastRaft(new PeerId(number + 1), configuration, folder);
      member.node.start(System.nanoTime());
      member.runner.start();
      return member;
    }

    @Override
    public String version() {
      return "Holdfast 0.1.0";
    }
  }

  @Override
  public boolean leads() {
    return leads;
  }

  @Override
  public void submit(byte[] command, Completion completion) {
    ProposalCallback<Boolean> callback =
        new ProposalCallback<>() {
          @Override
          public void applied(EntryId id, Boolean result) {
            completion.applied();
          }

          @Override
          public void failed(ProposalFailure why) {
            completion.failed(why.toString());
          }
        };
    visits.submitter = Thread.currentThread();
    if (!node.execute(() -> node.propose(command, callback))) {
      completion.failed("the mailbox is full");
    }
  }

  @Override
  public void submittedAll() {
    visits.payOwed();
  }

  @Override
  public void close() {
    runner.close();
    node.close();
  }

  /** One visit for all commands that are submitted together, as the gateway pays it. */
  private static final class VisitsAfterTheLast implements NodeRunner.Visits {
    private volatile @Nullable Thread submitter;
    private @Nullable Runnable owed;

    @Override
    public void pay(Runnable visit) {
      if (Thread.currentThread() == submitter) {
        owed = visit;
      } else {
        visit.run();
      }
    }

    void payOwed() {
      Runnable visit = owed;
      owed = null;
      if (visit != null) {
        visit.run();
      }
    }
  }

  private final class Roles implements NodeListener<Boolean> {
    @Override
    public void applied(EntryId id, Boolean result) {
      // The proposal's callback has heard.
    }

    @Override
    public void roleChanged(Role role, long term, Optional<PeerId> leader) {
      leads = false;
    }

    @Override
    public void leaderReady(long term, long nowNanos) {
      leads = true;
    }

    @Override
    public void applicationMessage(PeerId from, byte[] payload) {
      // Nobody sends one.
    }

    @Override
    public void restored(EntryId snapshotLast) {
      // The machine has it.
    }

    @Override
    public void degraded(String reason) {
      leads = false;
      System.err.println("degraded: " + reason);
    }
  }

  private static final class Machine implements StateMachine<Boolean> {
    private final CommandMap map = new CommandMap();

    @Override
    public Boolean apply(EntryId id, byte[] command) {
      map.apply(ByteBuffer.wrap(command));
      return true;
    }

    @Override
    public SnapshotView beginSnapshot() {
      return new View(ByteBuffer.wrap(map.save()));
    }

    @Override
    public Restore beginRestore() {
      ByteArrayOutputStream saved = new ByteArrayOutputStream();
      return new Restore() {
        @Override
        public void accept(byte[] chunk) {
          saved.writeBytes(chunk);
        }

        @Override
        public void finish() {
          map.load(saved.toByteArray());
        }
      };
    }
  }

  private record View(ByteBuffer saved) implements StateMachine.SnapshotView {
    @Override
    public byte @Nullable [] nextChunk(int bytesMax) {
      if (!saved.hasRemaining()) {
        return null;
      }
      byte[] chunk = new byte[Math.min(bytesMax, saved.remaining())];
      saved.get(chunk);
      return chunk;
    }

    @Override
    public void close() {
      // Only memory.
    }
  }
}
