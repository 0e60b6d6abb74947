package io.holdfast.bench.rivals.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import io.holdfast.bench.worker.LockSystem;
import io.holdfast.bench.worker.Members;
import java.util.Arrays;

/** The process of one member. */
final class Member {
  private Member() {}

  /**
   * @param arguments the member's own port, then every member's
   */
  public static void main(String[] arguments) {
    Config config = new Config();
    config.getCPSubsystemConfig().setCPMemberCount(LockSystem.MEMBERS);
    config.getNetworkConfig().setPort(Integer.parseInt(arguments[0])).setPortAutoIncrement(false);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(Members.HOST);
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    Arrays.stream(arguments, 1, arguments.length)
        .forEach(port -> join.getTcpIpConfig().addMember(Members.HOST + ":" + port));
    var unused = Hazelcast.newHazelcastInstance(config);
  }
}
