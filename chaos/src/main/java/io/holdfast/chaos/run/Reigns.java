package io.holdfast.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.chaos.report.RunFolder;
import io.holdfast.chaos.report.RunRecord.Judged;
import io.holdfast.checker.verdict.Conclusion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * At most one peer leads in a term (election safety, figure 3 of the Raft paper). Who led is taken
 * from what the peers said when they were asked, and from their logs, which miss no reign however
 * short.
 */
final class Reigns {
  private static final String RULE = "one leader a term";
  private static final Pattern LOGGED =
      Pattern.compile("^(\\S+) .* - this peer leads term (\\d+)$");
  private static final Pattern PEER_FOLDER = Pattern.compile("peer-(\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** By term, by peer: how it is known. */
  private final Map<Long, Map<Integer, String>> leaders = new TreeMap<>();

  private Reigns() {}

  /** Judges a run; nothing where nothing is known of leaders. */
  static Optional<Judged> judge(RunFolder folder) throws IOException {
    Reigns reigns = new Reigns();
    reigns.readSamples(folder.samples());
    reigns.readLogs(folder.peers());
    if (reigns.leaders.isEmpty()) {
      return Optional.empty();
    }
    List<String> wrong = reigns.violations();
    return Optional.of(
        new Judged(
            "cluster",
            RULE,
            true,
            (wrong.isEmpty() ? Conclusion.VALID : Conclusion.INVALID).word(),
            reigns.leaders.size(),
            folder.path().relativize(folder.samples()).toString(),
            null,
            wrong));
  }

  private void readSamples(Path samples) throws IOException {
    if (!Files.exists(samples)) {
      return;
    }
    for (String line : Files.readAllLines(samples, StandardCharsets.UTF_8)) {
      JsonNode sample = JSON.readTree(line);
      if (sample.path("role").asText().equals("leader")) {
        note(
            sample.path("term").asLong(),
            sample.path("peer").asInt(),
            "said so at " + sample.path("atMillis").asLong() + " ms");
      }
    }
  }

  private void readLogs(Path peers) throws IOException {
    if (!Files.isDirectory(peers)) {
      return;
    }
    try (Stream<Path> folders = Files.list(peers)) {
      for (Path own : folders.sorted().toList()) {
        Matcher number = PEER_FOLDER.matcher(own.getFileName().toString());
        Path log = own.resolve("peer.log");
        if (number.matches() && Files.exists(log)) {
          readLog(Integer.parseInt(number.group(1)), log);
        }
      }
    }
  }

  private void readLog(int peer, Path log) throws IOException {
    for (String line : Files.readAllLines(log, StandardCharsets.UTF_8)) {
      Matcher reign = LOGGED.matcher(line);
      if (reign.matches()) {
        note(Long.parseLong(reign.group(2)), peer, "its log says so at " + reign.group(1));
      }
    }
  }

  private void note(long term, int peer, String how) {
    leaders.computeIfAbsent(term, any -> new TreeMap<>()).putIfAbsent(peer, how);
  }

  private List<String> violations() {
    return leaders.entrySet().stream()
        .filter(reign -> reign.getValue().size() > 1)
        .map(
            reign ->
                "term "
                    + reign.getKey()
                    + " had "
                    + reign.getValue().size()
                    + " leaders: "
                    + reign.getValue().entrySet().stream()
                        .map(leader -> "peer " + leader.getKey() + " (" + leader.getValue() + ")")
                        .collect(Collectors.joining(" and "))
                    + ". Both were elected by a majority, so somebody voted twice")
        .toList();
  }
}
