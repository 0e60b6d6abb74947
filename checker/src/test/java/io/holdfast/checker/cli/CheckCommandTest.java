package io.holdfast.checker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  private static final String GOOD = "fenced-lock.valid.hand-over.jsonl";
  private static final String BAD = "fenced-lock.double-grant.second-before-release.jsonl";

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aValidHistoryExitsWithZeroAndPrintsWhatWasGuessed() {
    assertThat(run(corpus(GOOD))).isZero();
    assertThat(text(out)).startsWith("valid").contains("8 operations, 1 key");
    assertThat(text(err)).contains("guessed format jsonl and model fenced-lock");
  }

  @Test
  void anInvalidHistoryExitsWithOneAndSaysWhy() {
    assertThat(run("--model", "fenced-lock", "--format", "jsonl", corpus(BAD))).isEqualTo(1);
    assertThat(text(out))
        .startsWith("invalid")
        .contains("double grant")
        .contains("Process 2's acquire got token 2")
        .contains("Minimal failing sub-history")
        .contains("Longest good prefix");
    assertThat(text(err)).isEmpty();
  }

  @Test
  void ofSeveralFilesEachHasItsVerdictAndTheWorstDecides() throws IOException {
    assertThat(run(corpus(GOOD), corpus(BAD))).isEqualTo(1);
    assertThat(text(out)).contains("valid ").contains("invalid ").endsWith("invalid  over all\n");
    Path empty = Files.createFile(folder.resolve("empty.jsonl"));
    assertThat(run(corpus(BAD), empty.toString())).isEqualTo(2);
    assertThat(text(err)).contains("empty.jsonl: the file is empty");
  }

  @Test
  void jsonHoldsEveryVerdictInOneObject() throws IOException {
    assertThat(run("--json", "--witness", corpus(GOOD), corpus(BAD))).isEqualTo(1);
    JsonNode root = new ObjectMapper().readTree(text(out));
    assertThat(root.path("conclusion").asText()).isEqualTo("invalid");
    JsonNode good = root.path("files").path(0);
    assertThat(good.path("conclusion").asText()).isEqualTo("valid");
    assertThat(good.path("modelGuessed").asBoolean()).isTrue();
    assertThat(good.path("keys").path(0).path("order")).hasSize(8);
    JsonNode bad = root.path("files").path(1).path("keys").path(0);
    assertThat(bad.path("violation").asText()).isEqualTo("double grant");
    assertThat(bad.path("contradicting").get(bad.path("contradicting").size() - 1).asInt())
        .isEqualTo(1);
    assertThat(bad.path("sentences")).isNotEmpty();
  }

  @Test
  void aTokenThatIsNoNumberIsBadInputAndNoLockWithoutTokens() throws IOException {
    Path file = folder.resolve("text-token.jsonl");
    Files.writeString(
        file,
        """
        {"process":1,"type":"invoke","f":"acquire"}
        {"process":1,"type":"ok","f":"acquire","value":{"token":"8"}}
        """);
    assertThat(run(file.toString())).isEqualTo(2);
    assertThat(text(err)).contains("text-token.jsonl:2: acquire completes with value {token=8}");
  }

  @Test
  void whenNoModelFitsTheFirstOperationIsNamedWithItsLine() throws IOException {
    Path file = folder.resolve("strange.jsonl");
    Files.writeString(file, "\n{\"process\":1,\"type\":\"invoke\",\"f\":\"grab\"}\n");
    assertThat(run(file.toString())).isEqualTo(2);
    assertThat(text(err)).contains("strange.jsonl:2: no model fits the operations grab");
  }

  @Test
  void whatCannotBeDecidedInTimeExitsWithThree() throws IOException {
    StringBuilder hard = new StringBuilder();
    for (int i = 0; i < 26; i++) {
      hard.append(
          "{\"process\":%d,\"type\":\"invoke\",\"f\":\"add\",\"value\":%d}\n"
              .formatted(i, 2L << i));
    }
    hard.append("{\"process\":99,\"type\":\"invoke\",\"f\":\"read\"}\n");
    hard.append("{\"process\":99,\"type\":\"ok\",\"f\":\"read\",\"value\":1}\n");
    Path file = Files.writeString(folder.resolve("hard.jsonl"), hard);
    assertThat(run("--time-limit", "100ms", file.toString())).isEqualTo(3);
    assertThat(text(out)).startsWith("unknown").contains("No verdict within 100 ms");
  }

  @Test
  void badInputAndBadUsageExitWithTwo() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("h.jsonl"),
            """
            {"process":1,"type":"invoke","f":"jump"}
            {"process":1,"type":"ok","f":"jump"}
            """);
    assertThat(run(file.toString())).isEqualTo(2);
    assertThat(text(err)).contains("no model fits the operations jump");
    assertThat(run("--model", "register", file.toString())).isEqualTo(2);
    assertThat(text(err))
        .contains(file + ":1: unknown operation \"jump\"")
        .contains("expected read");
    assertThat(run("--model", "lock", file.toString())).isEqualTo(2);
    assertThat(text(err)).contains("unknown model \"lock\"; expected one of register");
    assertThat(run("--time-limit", "soon", file.toString())).isEqualTo(2);
    assertThat(text(err)).contains("such as 500ms, 60s or 5m");
    assertThat(run("--nonsense")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    assertThat(text(err)).contains("FILE");
  }

  @Test
  void aCompletionTheModelDoesNotUnderstandIsNamedByItsLine() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("h.jsonl"),
            """
            {"process":1,"type":"invoke","f":"acquire"}
            {"process":1,"type":"ok","f":"acquire","value":7}
            """);
    assertThat(run("--model", "fenced-lock", file.toString())).isEqualTo(2);
    assertThat(text(err)).contains(file + ":2: acquire completes with value 7; expected");
  }

  @Test
  void aReportIsWrittenForEachHistory() {
    Path report = folder.resolve("why.html");
    assertThat(run("--report", report.toString(), corpus(BAD))).isEqualTo(1);
    assertThat(report).content().contains("double grant");
    assertThat(run("--report", report.toString(), corpus(GOOD), corpus(BAD))).isEqualTo(1);
    assertThat(folder.resolve("why-" + GOOD + ".html")).exists();
    assertThat(folder.resolve("why-" + BAD + ".html")).exists();
  }

  @Test
  void helpShowsOptionsExitCodesAndExamples() {
    assertThat(run("--help")).isZero();
    assertThat(text(out))
        .contains("--model=MODEL")
        .contains("dense-fenced-lock")
        .contains("Exit codes: 0 valid")
        .contains("Examples:");
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return new CheckCommand(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(arguments);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }

  private static String corpus(String name) {
    try {
      return Path.of(
              Objects.requireNonNull(CheckCommandTest.class.getResource("/histories/" + name), name)
                  .toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
