package io.holdfast.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.report.RunFolder;
import io.holdfast.chaos.report.RunRecord.Judged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReignsTest {
  private static final String LOGGED =
      "2026-11-27T07:00:0%d.000Z INFO  peer-%d LoggedEvents - this peer leads term %d\n";

  @TempDir private Path root;
  private RunFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new RunFolder(root);
  }

  private void log(int peer, String text) throws IOException {
    Path own = Files.createDirectories(folder.peers().resolve("peer-" + peer));
    Files.writeString(own.resolve("peer.log"), text);
  }

  private void sampled(String samples) throws IOException {
    Files.writeString(folder.samples(), samples);
  }

  @Test
  void oneLeaderAfterTheOtherIsAsItShouldBe() throws IOException {
    log(1, LOGGED.formatted(1, 1, 3) + LOGGED.formatted(5, 1, 5));
    log(2, LOGGED.formatted(3, 2, 4));
    sampled("{\"atMillis\":7,\"peer\":1,\"role\":\"leader\",\"term\":5}\n");

    Judged judged = Reigns.judge(folder).orElseThrow();
    assertThat(judged.conclusion()).isEqualTo("valid");
    assertThat(judged.operations()).isEqualTo(3);
  }

  @Test
  void secondLeaderOfATermIsAViolationWhicheverWayItIsKnown() throws IOException {
    log(1, LOGGED.formatted(1, 1, 3));
    sampled(
        "{\"atMillis\":9,\"peer\":2,\"role\":\"leader\",\"term\":3}\n"
            + "{\"atMillis\":9,\"peer\":3,\"role\":\"candidate\",\"term\":3}\n");

    Judged judged = Reigns.judge(folder).orElseThrow();
    assertThat(judged.conclusion()).isEqualTo("invalid");
    assertThat(judged.sentences())
        .singleElement()
        .asString()
        .contains("term 3 had 2 leaders", "peer 1 (its log says", "peer 2 (said so at 9 ms)");
  }

  @Test
  void nothingIsSaidWhereNothingIsKnown() throws IOException {
    sampled("");
    assertThat(Reigns.judge(folder)).isEmpty();
  }
}
