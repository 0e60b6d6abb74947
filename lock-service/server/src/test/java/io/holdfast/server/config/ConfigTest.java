package io.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.server.DocumentedPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  private static final List<String> NEEDED =
      List.of("peer.id=1", "cluster.peers=1=127.0.0.1:7800:7070", "data.dir=data");

  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> flags = new ArrayList<>(NEEDED);
  private Optional<Path> file = Optional.empty();

  @Test
  void defaultsHoldWhereNothingIsSet() throws ConfigException {
    Config config = load();
    assertThat(config.get(ConfigKeys.RAFT_HEARTBEAT_MILLIS)).isEqualTo(50);
    assertThat(config.sourceOf(ConfigKeys.RAFT_HEARTBEAT_MILLIS)).isEqualTo("default");
    assertThat(config.find(ConfigKeys.CLIENT_BIND_HOST)).isEmpty();
  }

  @Test
  void flagsWinOverEnvironmentOverFileOverDefaults() throws Exception {
    file("raft.heartbeat-millis = 20\nclient.drain-millis = 1\nlimit.sessions = 1");
    environment.put("HOLDFAST_RAFT_HEARTBEAT_MILLIS", "30");
    environment.put("HOLDFAST_CLIENT_DRAIN_MILLIS", "2");
    flags.add("raft.heartbeat-millis=40");
    Config config = load();
    assertThat(config.get(ConfigKeys.RAFT_HEARTBEAT_MILLIS)).isEqualTo(40);
    assertThat(config.get(ConfigKeys.CLIENT_DRAIN_MILLIS)).isEqualTo(2);
    assertThat(config.get(ConfigKeys.LIMIT_SESSIONS)).isEqualTo(1);
    assertThat(config.sourceOf(ConfigKeys.CLIENT_DRAIN_MILLIS))
        .isEqualTo("environment variable HOLDFAST_CLIENT_DRAIN_MILLIS");
    assertThat(config.sourceOf(ConfigKeys.LIMIT_SESSIONS)).endsWith("peer.conf line 3");
  }

  @Test
  void commentsBlankLinesAndEqualsSignsInValuesAreRead() throws Exception {
    flags.clear();
    file(
        """
        # a comment

          cluster.peers = 1=127.0.0.1:7800:7070 , 2=[::1]:7801:7071
        peer.id=2
        data.dir = /var/lib/hold fast # kept
        """);
    Config config = load();
    assertThat(config.get(ConfigKeys.CLUSTER_PEERS).toString())
        .isEqualTo("1=127.0.0.1:7800:7070,2=[::1]:7801:7071");
    assertThat(config.get(ConfigKeys.DATA_DIR)).isEqualTo(Path.of("/var/lib/hold fast # kept"));
  }

  @Test
  void everyProblemOfEverySourceIsReportedAtOnce() throws Exception {
    file("raft.hartbeat-millis = 20\nnonsense\npeer.id = 1\npeer.id = 1");
    environment.put("HOLDFAST_LIMIT_SESIONS", "5");
    environment.put("UNRELATED", "5");
    flags.clear();
    flags.add("tls.enabled=yes");
    flags.add("limit.sessions=0");
    flags.add("alone");
    assertThat(problems())
        .containsExactlyInAnyOrder(
            "peer.conf line 1: unknown key raft.hartbeat-millis; did you mean"
                + " raft.heartbeat-millis?",
            "peer.conf line 2: \"nonsense\" is not of the form key = value",
            "peer.conf line 4: peer.id was already set on line 3; remove one of them",
            "environment variable HOLDFAST_LIMIT_SESIONS: unknown key HOLDFAST_LIMIT_SESIONS; did"
                + " you mean HOLDFAST_LIMIT_SESSIONS?",
            "flag --set: \"alone\" is not of the form key=value",
            "flag --set tls.enabled: tls.enabled = \"yes\" is not valid: expected true or false",
            "flag --set limit.sessions: limit.sessions = \"0\" is not valid: expected a whole"
                + " number from 1 to 10000000",
            "configuration: cluster.peers is not set: expected "
                + PeerList.EXPECTED
                + "; set it in the file, as HOLDFAST_CLUSTER_PEERS or with --set cluster.peers=...",
            "configuration: data.dir is not set: expected a path; set it in the file, as"
                + " HOLDFAST_DATA_DIR or with --set data.dir=...");
  }

  @Test
  void aNameLikeNothingKnownPointsToThePage() {
    flags.add("qqqqqqqqqqqqqqqqqqqqqqqqqqqqq=1");
    assertThat(problems()).singleElement().asString().contains("docs/configuration.md");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1=h:1                 | needs a host and two ports",
        "1h:1:2                | has no =",
        "0=h:1:2               | peer id \"0\"",
        "x=h:1:2               | peer id \"x\"",
        "1=h:0:2               | peer port \"0\"",
        "1=h:1:65536           | client port \"65536\"",
        "1=h:1:2,1=g:1:2       | peer 1 is named twice",
        "1=h:1:2,2=h:1:3       | address h:1 is used twice, by peer 1 and peer 2",
        "1=::1:1:2             | write IPv6 addresses in brackets",
        "1=h:1:2,              | has no =",
        "1=-h:1:2              | is not a host",
      })
  void aWrongPeerListSaysWhatIsWrong(String peers, String expected) {
    flags.add("cluster.peers=" + peers);
    assertThat(problems()).singleElement().asString().contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "peer.id=2 | peer.id = 2 is not one of the ids in cluster.peers [1]",
        "raft.heartbeat-millis=101 | raft.election-timeout-min-millis = 300 is less than three",
        "raft.election-timeout-max-millis=300 | use at least 301",
        "session.ttl-max-millis=999 | session.ttl-max-millis = 999 is too small beside",
        "tls.enabled=true | tls.key-file is not set, but tls.enabled is true",
        "tls.certificate-file=/nowhere/at-all | is not a file that can be read",
        "tls.client-certificates=required | needs tls.enabled = true",
        "auth.enabled=true | auth.principals-file is not set, but auth.enabled is true",
        "peer-tls.enabled=true | peer-tls.store-password is not set",
        "log.format=xml | expected one of text, json",
        "cluster.id=a/b | expected 1 to 64 letters, digits",
        "client.bind-host=:: | IPv6 address in brackets",
        "peer.id= | it is empty",
      })
  void keysThatDoNotFitTogetherAreReported(String flag, String expected) {
    flags.add(flag);
    assertThat(String.join("\n", problems())).contains(expected);
  }

  @Test
  void aSecretIsNeitherListedNorQuotedInAnError() throws ConfigException {
    flags.add("peer-tls.store-password=hunter2");
    assertThat(load().describe())
        .containsEntry("peer-tls.store-password", "(hidden)")
        .containsEntry("peer.id", "1");
    flags.add("peer.id=9");
    assertThat(String.join("\n", problems())).doesNotContain("hunter2");
  }

  @Test
  void variablesOfOtherCommandsAreLeftAlone() throws ConfigException {
    environment.put("HOLDFAST_TOKEN", "17");
    assertThat(load().get(ConfigKeys.PEER_ID)).isEqualTo(1);
  }

  @Test
  void aFileThatCannotBeReadIsAProblemAmongTheOthers() throws IOException {
    file = Optional.of(directory.resolve("missing.conf"));
    flags.add("peer.id=x");
    assertThat(problems()).hasSize(2).anyMatch(problem -> problem.contains("no such file"));
    Path binary = directory.resolve("binary.conf");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    file = Optional.of(binary);
    assertThat(problems()).anyMatch(problem -> problem.contains("is not UTF-8 text"));
  }

  @Test
  void anOptionalKeyWithoutAValueIsAskedForWithFind() throws ConfigException {
    Config config = load();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> config.get(ConfigKeys.CLIENT_BIND_HOST))
        .withMessageContaining("client.bind-host");
  }

  @Test
  void everyDefaultIsAValueThatItsOwnKeyAccepts() {
    for (ConfigKey<?> key : ConfigKeys.ALL) {
      key.defaultText().ifPresent(text -> assertThat(key.parse(text)).as(key.name()).isNotNull());
    }
    assertThat(ConfigKeys.ALL.stream().map(ConfigKey::name)).doesNotHaveDuplicates();
    assertThat(ConfigKeys.byName("peer.id")).contains(ConfigKeys.PEER_ID);
  }

  @Test
  void theConfigurationPageIsCurrent() {
    DocumentedPage.assertCurrent("configuration.md", ConfigPage.write());
  }

  @ParameterizedTest
  @CsvSource({"kitten,sitting,3", "ab,ba,1", "'',abc,3", "same,same,0", "ca,abc,3"})
  void editDistanceCountsInsertsDeletesReplacesAndSwaps(String a, String b, int expected) {
    assertThat(NearestName.distance(a, b)).isEqualTo(expected);
    assertThat(NearestName.distance(b, a)).isEqualTo(expected);
  }

  private void file(String text) throws IOException {
    Path path = directory.resolve("peer.conf");
    Files.writeString(path, text, StandardCharsets.UTF_8);
    file = Optional.of(path);
  }

  private Config load() throws ConfigException {
    return Config.load(new ConfigSources(file, environment, flags));
  }

  private List<String> problems() {
    ConfigException refused = catchThrowableOfType(ConfigException.class, this::load);
    assertThat(refused).isNotNull();
    return refused.problems().stream()
        .map(problem -> problem.toString().replace(directory + "/", ""))
        .toList();
  }
}
