package io.holdfast.chaos.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a peer was doing over the time of a run, as it was sampled.
 *
 * @param segments in order of time, without overlap
 */
record PeerLane(int peer, List<Segment> segments) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A time in which nothing changed.
   *
   * @param state leader, follower, candidate, paused, down or silent
   * @param term the peer's term, 0 if it told none
   */
  record Segment(long fromMillis, long toMillis, String state, long term) {}

  /** Reads the samples of a run; none gives no lanes. */
  static List<PeerLane> read(Path samples, long endMillis) throws IOException {
    Map<Integer, List<Segment>> byPeer = new TreeMap<>();
    if (Files.exists(samples)) {
      for (String line : Files.readAllLines(samples, StandardCharsets.UTF_8)) {
        JsonNode sample = JSON.readTree(line);
        List<Segment> segments =
            byPeer.computeIfAbsent(sample.path("peer").asInt(), peer -> new ArrayList<>());
        add(segments, sample);
      }
    }
    List<PeerLane> lanes = new ArrayList<>();
    byPeer.forEach((peer, segments) -> lanes.add(new PeerLane(peer, closed(segments, endMillis))));
    return lanes;
  }

  /** A sample holds until the next one. */
  private static void add(List<Segment> segments, JsonNode sample) {
    long at = sample.path("atMillis").asLong();
    String state = state(sample);
    long term = sample.path("term").asLong();
    if (!segments.isEmpty()) {
      Segment last = segments.remove(segments.size() - 1);
      segments.add(new Segment(last.fromMillis(), at, last.state(), last.term()));
      if (last.state().equals(state) && last.term() == term) {
        return;
      }
    }
    segments.add(new Segment(segments.isEmpty() ? 0 : at, at, state, term));
  }

  private static List<Segment> closed(List<Segment> segments, long endMillis) {
    Segment last = segments.remove(segments.size() - 1);
    segments.add(
        new Segment(
            last.fromMillis(), Math.max(last.toMillis(), endMillis), last.state(), last.term()));
    return segments;
  }

  private static String state(JsonNode sample) {
    return switch (sample.path("condition").asText()) {
      case "PAUSED" -> "paused";
      case "DOWN" -> "down";
      default ->
          switch (sample.path("role").asText("")) {
            case "leader" -> "leader";
            case "follower", "learner" -> "follower";
            case "candidate" -> "candidate";
            default -> "silent";
          };
    };
  }
}
