package io.holdfast.bench.rivals.jgroupsraft;

import io.holdfast.bench.worker.CommandMap;
import io.holdfast.bench.worker.Members;
import io.holdfast.bench.worker.RaftMember;
import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jgroups.JChannel;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;

/** jgroups-raft over TCP, told to force its log to the disk, which it does not by default. */
public final class JGroupsRaft implements RaftMember {
  private static final String NAMES = "ABC";

  /** The stack of its raft.xml, with TCP and static members instead of multicast. */
  private static final String STACK =
      """
      <config xmlns="urn:org:jgroups">
        <TCP bind_addr="%s" bind_port="%d" port_range="0" tcp_nodelay="true" diag.enabled="false"/>
        <TCPPING initial_hosts="%s" port_range="0"/>
        <MERGE3 min_interval="10000" max_interval="30000"/>
        <FD_SOCK2/>
        <FD_ALL3 timeout="10000" interval="3000"/>
        <VERIFY_SUSPECT2 timeout="1500"/>
        <pbcast.NAKACK2 use_mcast_xmit="false"/>
        <UNICAST3/>
        <pbcast.STABLE desired_avg_gossip="50000" max_bytes="4M"/>
        <raft.NO_DUPES/>
        <pbcast.GMS print_local_addr="false" join_timeout="1000"/>
        <UFC max_credits="2M" min_threshold="0.4"/>
        <MFC max_credits="2M" min_threshold="0.4"/>
        <FRAG4 frag_size="60K"/>
        <raft.ELECTION/>
        <raft.RAFT members="A,B,C" raft_id="%s" log_dir="%s" log_use_fsync="true"
                   max_log_size="100M"/>
        <raft.REDIRECT/>
      </config>
      """;

  private final JChannel channel;
  private final RaftHandle handle;

  private JGroupsRaft(JChannel channel, RaftHandle handle) {
    this.channel = channel;
    this.handle = handle;
  }

  /** Starts it. */
  public static final class Factory implements RaftMember.Factory {
    @Override
    public RaftMember start(int number, List<Integer> ports, Path folder) throws Exception {
      String hosts =
          ports.stream()
              .map(port -> Members.HOST + "[" + port + "]")
              .collect(Collectors.joining(","));
      String name = NAMES.substring(number, number + 1);
      String stack = STACK.formatted(Members.HOST, ports.get(number), hosts, name, folder);
      JChannel channel =
          new JChannel(new ByteArrayInputStream(stack.getBytes(StandardCharsets.UTF_8)));
      RaftHandle handle = new RaftHandle(channel, new Machine());
      channel.name(name).connect("compare");
      return new JGroupsRaft(channel, handle);
    }

    @Override
    public String version() {
      return "jgroups-raft 1.1.4, log_use_fsync";
    }
  }

  @Override
  public boolean leads() {
    return handle.isLeader();
  }

  @Override
  public void submit(byte[] command, Completion completion) throws Exception {
    var unused =
        handle
            .setAsync(command, 0, command.length)
            .whenComplete(
                (result, failure) -> {
                  if (failure == null) {
                    completion.applied();
                  } else {
                    completion.failed(failure.toString());
                  }
                });
  }

  @Override
  public void close() {
    channel.close();
  }

  private static final class Machine implements StateMachine {
    private final CommandMap map = new CommandMap();

    @Override
    public byte[] apply(byte[] data, int offset, int length, boolean serializeResponse) {
      map.apply(ByteBuffer.wrap(data, offset, length));
      return new byte[0];
    }

    @Override
    public void readContentFrom(DataInput in) throws IOException {
      byte[] saved = new byte[in.readInt()];
      in.readFully(saved);
      map.load(saved);
    }

    @Override
    public void writeContentTo(DataOutput out) throws IOException {
      byte[] saved = map.save();
      out.writeInt(saved.length);
      out.write(saved);
    }
  }
}
