package io.holdfast.raft.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.sim.ChainMachine;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RaftNodeTest {
  private static final PeerId SELF = new PeerId(1);

  @Test
  void tasksThatWereAcceptedRunAlthoughOneBeforeThemFailed() {
    List<String> heard = new ArrayList<>();
    RaftNode<Long> node = node(heard);
    node.start(0);
    node.execute(
        () -> {
          throw new IllegalStateException("broken");
        });
    node.execute(() -> heard.add("ran"));
    node.turn(1);
    assertThat(heard).containsExactly("degraded: broken", "ran");
    assertThat(node.status().degradedReason()).contains("broken");
    node.close();
  }

  private static RaftNode<Long> node(List<String> heard) {
    Configuration voters = Configuration.ofVoters(List.of(new Member(SELF, "a:1", "a:2")));
    return new RaftNode<>(
        RaftNodeSettings.defaults(SELF, voters),
        new IdleStorage(
            new LogStorage.Recovered(HardState.INITIAL, EntryId.NONE, List.of(), Optional.empty())),
        new SilentTransport(),
        new ChainMachine(0),
        new Random(1),
        new Degradations(heard));
  }

  private record Degradations(List<String> heard) implements NodeListener<Long> {
    @Override
    public void applied(EntryId id, Long result) {}

    @Override
    public void roleChanged(Role role, long term, Optional<PeerId> leader) {}

    @Override
    public void leaderReady(long term, long nowNanos) {}

    @Override
    public void applicationMessage(PeerId from, byte[] payload) {}

    @Override
    public void restored(EntryId snapshotLast) {}

    @Override
    public void degraded(String reason) {
      heard.add("degraded: " + reason);
    }
  }

  private static final class SilentTransport implements Transport {
    @Override
    public void start(Listener listener) {}

    @Override
    public void connect(Collection<Member> peers) {}

    @Override
    public void send(List<PeerId> receivers, Message message) {}

    @Override
    public void drop(PeerId peer) {}

    @Override
    public void close() {}
  }
}
