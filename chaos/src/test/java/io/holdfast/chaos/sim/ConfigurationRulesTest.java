package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfigurationRulesTest {
  @Test
  void oneVoterMoreOrLessCannotDecideApart() {
    assertThat(ConfigurationRules.overlap(voters(1, 2, 3), voters(1, 2, 3, 4))).isTrue();
    assertThat(ConfigurationRules.overlap(voters(1, 2, 3), voters(1, 2))).isTrue();
  }

  @Test
  void twoVotersMoreCan() {
    assertThat(ConfigurationRules.overlap(voters(1, 2, 3), voters(1, 2, 3, 4, 5))).isFalse();
    assertThat(ConfigurationRules.overlap(voters(1, 2, 3, 4, 5), voters(1, 2))).isFalse();
  }

  @Test
  void aJointConfigurationOverlapsBothItsSides() {
    Configuration former = voters(1, 2, 3);
    Configuration next = voters(4, 5);
    Configuration joint = former.jointWith(next);
    assertThat(ConfigurationRules.overlap(former, next)).isFalse();
    assertThat(ConfigurationRules.overlap(former, joint)).isTrue();
    assertThat(ConfigurationRules.overlap(joint, next)).isTrue();
  }

  @Test
  void whoIsStagedIsReckonedWith() {
    Configuration staged =
        new Configuration(
            new TreeMap<>(voters(1, 2, 3, 4).members()),
            new TreeSet<>(ids(1, 2, 3)),
            new TreeSet<>(),
            new TreeSet<>(ids(4)),
            new TreeSet<>(ids(4)),
            new TreeSet<>());
    assertThat(Majorities.decides(staged, ids(1, 2))).isFalse();
    assertThat(Majorities.decides(staged, ids(1, 4))).isFalse();
    assertThat(Majorities.decides(staged, ids(1, 2, 4))).isTrue();
    assertThat(Majorities.decides(voters(1, 2, 3), ids(1, 2))).isTrue();
    assertThat(Majorities.decides(voters(1, 2, 3).jointWith(voters(3, 4, 5)), ids(3, 4, 5)))
        .isFalse();
  }

  private static Configuration voters(int... ids) {
    List<Member> members =
        IntStream.of(ids)
            .mapToObj(id -> new Member(new PeerId(id), "p" + id + ":1", "p" + id + ":2"))
            .toList();
    return Configuration.ofVoters(members);
  }

  private static Set<PeerId> ids(int... ids) {
    return Arrays.stream(ids).mapToObj(PeerId::new).collect(Collectors.toSet());
  }
}
