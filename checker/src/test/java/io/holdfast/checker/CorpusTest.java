package io.holdfast.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.checker.history.History;
import io.holdfast.checker.input.HistoryReader;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence.Counterexample;
import io.holdfast.checker.verdict.PartitionVerdict;
import io.holdfast.checker.verdict.Verdict;
import io.holdfast.checker.verdict.Violation;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Small histories made by hand; model, verdict or violation, and subject stand in the name. */
class CorpusTest {
  @TestFactory
  Stream<DynamicTest> handMadeHistoriesAreJudgedAsTheirNamesSay()
      throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Objects.requireNonNull(CorpusTest.class.getResource("/histories"), "histories")
                .toURI());
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(50);
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> judge(file)));
  }

  private static void judge(Path file) {
    List<String> name = List.of(file.getFileName().toString().split("\\.", -1));
    Model<?> model = Models.named(name.get(0));
    History history = HistoryReader.read(file, Optional.empty()).history();
    for (boolean forcedOrder : new boolean[] {true, false}) {
      CheckOptions options = CheckOptions.defaults().withThreads(1).withForcedOrder(forcedOrder);
      Verdict verdict = new LinearizabilityChecker(options).check(model, history);
      PartitionVerdict partition = verdict.partitions().get(0);
      if (name.get(1).equals("valid")) {
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.VALID);
        continue;
      }
      assertThat(verdict.conclusion()).isEqualTo(Conclusion.INVALID);
      Counterexample why = (Counterexample) partition.evidence();
      if (forcedOrder) {
        String violation = name.get(1).toUpperCase(Locale.ROOT).replace('-', '_');
        assertThat(why.violation()).isEqualTo(Violation.valueOf(violation));
      }
      assertThat(why.summary()).isNotBlank();
      assertThat(why.sentences()).isNotEmpty();
      assertThat(why.contradicting()).isNotEmpty();
      assertThat(why.minimal()).isNotEmpty();
      assertThat(why.prefix().state()).isNotBlank();
      assertThat(why.refusals()).isNotEmpty();
    }
  }
}
