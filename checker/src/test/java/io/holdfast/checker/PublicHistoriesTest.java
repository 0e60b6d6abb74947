package io.holdfast.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.checker.history.History;
import io.holdfast.checker.input.HistoryReader;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Histories that others recorded and judged, where the folder with them lies beside the checkout;
 * elsewhere there is nothing to test here.
 */
class PublicHistoriesTest {
  private static final Path FOLDER = Path.of("../../shared/histories");

  @TestFactory
  Stream<DynamicTest> publicHistoriesAreJudgedAsOthersJudgedThem() throws IOException {
    Path list = FOLDER.resolve("verdicts.tsv");
    if (!Files.exists(list)) {
      return Stream.empty();
    }
    return Files.readAllLines(list).stream()
        .skip(1)
        .map(line -> line.split("\t", -1))
        .map(row -> DynamicTest.dynamicTest(row[0], () -> judge(row[0], row[1], row[3])));
  }

  private static void judge(String file, String model, String expected) {
    String name =
        model.startsWith("kv")
            ? "kv"
            : model.contains("init 0") ? "cas-register:0" : "cas-register";
    History history = HistoryReader.read(FOLDER.resolve(file), Optional.empty()).history();
    Verdict verdict =
        new LinearizabilityChecker(CheckOptions.defaults()).check(Models.named(name), history);
    assertThat(verdict.conclusion())
        .isEqualTo(expected.equals("Ok") ? Conclusion.VALID : Conclusion.INVALID);
  }
}
