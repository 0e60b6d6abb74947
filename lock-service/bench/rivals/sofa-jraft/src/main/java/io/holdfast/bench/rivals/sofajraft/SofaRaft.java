package io.holdfast.bench.rivals.sofajraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import io.holdfast.bench.worker.CommandMap;
import io.holdfast.bench.worker.Members;
import io.holdfast.bench.worker.RaftMember;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SOFAJRaft with its defaults: the log is forced to the disk, term and vote are not. */
public final class SofaRaft implements RaftMember {
  private static final String GROUP = "compare";

  private final RaftGroupService service;
  private final Node node;

  private SofaRaft(RaftGroupService service, Node node) {
    this.service = service;
    this.node = node;
  }

  /** Starts it. */
  public static final class Factory implements RaftMember.Factory {
    @Override
    public RaftMember start(int number, List<Integer> ports, Path folder) {
      Configuration configuration = new Configuration();
      ports.forEach(port -> configuration.addPeer(new PeerId(Members.HOST, port)));
      NodeOptions options = new NodeOptions();
      options.setInitialConf(configuration);
      options.setFsm(new Machine());
      options.setLogUri(folder.resolve("log").toString());
      options.setRaftMetaUri(folder.resolve("meta").toString());
      PeerId self = new PeerId(Members.HOST, ports.get(number));
      RaftGroupService service = new RaftGroupService(GROUP, self, options);
      return new SofaRaft(service, service.start());
    }

    @Override
    public String version() {
      return "SOFAJRaft 1.4.1";
    }
  }

  @Override
  public boolean leads() {
    return node.isLeader();
  }

  @Override
  public void submit(byte[] command, Completion completion) {
    node.apply(new Task(ByteBuffer.wrap(command), new Answer(completion)));
  }

  @Override
  public void close() {
    service.shutdown();
  }

  private record Answer(Completion completion) implements Closure {
    @Override
    public void run(Status status) {
      if (status.isOk()) {
        completion.applied();
      } else {
        completion.failed(status.toString());
      }
    }
  }

  private static final class Machine extends StateMachineAdapter {
    private final CommandMap map = new CommandMap();

    @Override
    public void onApply(Iterator entries) {
      while (entries.hasNext()) {
        map.apply(entries.getData().duplicate());
        @Nullable Closure done = entries.done();
        if (done != null) {
          done.run(Status.OK());
        }
        entries.next();
      }
    }
  }
}
