package io.holdfast.checker.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryReaderTest {
  private static final String INVOKE =
      "{\"process\":1,\"type\":\"invoke\",\"f\":\"acquire\",\"key\":\"k\",\"value\":null,\"time\":5}";

  @TempDir private Path folder;

  @Test
  void usualAndUnusualLinesReadAlike() throws IOException {
    String usual =
        """
        {"process":1,"type":"invoke","f":"tryAcquire","key":"orders/42","value":null,"time":5,"index":0}
        {"process":1,"type":"ok","f":"tryAcquire","key":"orders/42","value":{"token":8,"ttl":10000},"time":9,"index":1}
        {"process":2,"type":"invoke","f":"read","key":"orders/42","value":null,"time":10,"index":2}
        {"process":2,"type":"ok","f":"read","key":"orders/42","value":{"token":8,"owner":1},"time":11,"index":3}
        """;
    String unusual =
        usual
            .replace("\"acq", "\"\\u0061cq")
            .replace("\"orders", "\"\\u006frders")
            .replace(",\"index", ", \"node\":[1,{\"a\":null}], \"index");
    History one = read("usual", usual);
    History other = read("unusual", unusual);
    assertThat(other.operations()).isEqualTo(one.operations());
    Operation grant = one.operation(0);
    assertThat(grant.function()).isEqualTo("tryAcquire");
    assertThat(grant.key()).isEqualTo("orders/42");
    assertThat(grant.output()).isEqualTo(LockValue.lease(8, 10_000));
    assertThat(grant.invokedNanos()).isEqualTo(5);
    assertThat(grant.returnedNanos()).isEqualTo(9);
    assertThat(one.operation(1).output()).isEqualTo(LockValue.holder(8, 1));
    assertThat(one.invokedLine(1)).isEqualTo(3);
    assertThat(one.returnedLine(1)).isEqualTo(4);
  }

  @Test
  void outcomesErrorsAndMarksAreKept() throws IOException {
    History history =
        read(
            "h",
            """
            {"process":1,"type":"invoke","f":"tryAcquire","time":1}
            {"process":1,"type":"fail","f":"tryAcquire","time":2}
            {"process":1,"type":"invoke","f":"tryAcquire","time":3}
            {"process":1,"type":"fail","f":"tryAcquire","error":"not leader","time":4}
            {"process":"nemesis","type":"info","f":"kill","value":["n1"],"time":5}
            {"process":1,"type":"invoke","f":"tryAcquire","time":6}
            {"process":1,"type":"info","f":"tryAcquire","error":"timeout","time":7}
            {"process":2,"type":"invoke","f":"tryAcquire","time":8}
            """);
    assertThat(history.operations())
        .extracting(Operation::outcome)
        .containsExactly(Outcome.FAIL, Outcome.NOT_DONE, Outcome.UNKNOWN, Outcome.UNKNOWN);
    assertThat(history.error(1)).isEqualTo("not leader");
    assertThat(history.error(2)).isEqualTo("timeout");
    assertThat(history.operation(2).isPending()).isTrue();
    assertThat(history.operation(2).returnedNanos()).isEqualTo(7);
    assertThat(history.operation(3).returnedNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(history.marks()).hasSize(1);
    assertThat(history.marks().get(0).function()).isEqualTo("kill");
    assertThat(history.marks().get(0).detail()).isEqualTo("[n1]");
  }

  @Test
  void aHistoryMayEndWithoutLineFeedAndHaveEmptyLines() throws IOException {
    History history =
        read("h", INVOKE + "\r\n\n" + INVOKE.replace("invoke", "ok").replace(":5", ":6"));
    assertThat(history.size()).isEqualTo(1);
    assertThat(history.operation(0).isPending()).isFalse();
    assertThat(history.returnedLine(0)).isEqualTo(3);
  }

  @Test
  void aLineLongerThanTheBufferIsRead() throws IOException {
    String text = "x".repeat(3 << 20);
    History history =
        read("h", "{\"process\":1,\"type\":\"invoke\",\"f\":\"put\",\"value\":\"" + text + "\"}\n");
    assertThat(history.operation(0).input()).isEqualTo(text);
  }

  @Test
  void ednIsReadAsKnossosTakesIt() throws IOException {
    Path file =
        write(
            "h.edn",
            """
            ; a comment
            [{:process 0, :type :invoke, :f :cas, :value [1 2]}
             {:process 0, :type :fail, :f :cas, :value [1 2]} #_ ignored
             {:process :nemesis, :type :info, :f :start, :value "cut"}
             {:process 1, :type :invoke, :f :write, :value {:a #{1}, "b" 2.5}}
             {:process 1, :type :info, :f :write, :value :timed-out, :error [:oops nil]}
             {:process 2, :type :invoke, :f :read, :value nil}
             {:process 2, :type :ok, :f :read, :value nil}]
            """);
    HistoryReader.Reading reading = HistoryReader.read(file, Optional.empty());
    assertThat(reading.format()).isEqualTo(Format.EDN);
    History history = reading.history();
    assertThat(history.operation(0).outcome()).isEqualTo(Outcome.NOT_DONE);
    assertThat(history.operation(0).input()).isEqualTo(List.of(1L, 2L));
    assertThat(history.operation(1).input()).isEqualTo(Map.of("a", List.of(1L), "b", 2.5));
    assertThat(history.operation(1).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(history.operation(2).outcome()).isEqualTo(Outcome.NOT_DONE);
    assertThat(history.marks()).hasSize(1);
  }

  @Test
  void jepsenLogLinesAreReadAmongOthers() throws IOException {
    Path file =
        write(
            "h.log",
            """
            INFO  jepsen.core - starting
            INFO  jepsen.util - 0	:invoke	:cas	[1 2]
            INFO  jepsen.util - 0	:fail	:cas	[1 2]
            INFO  jepsen.util - :nemesis	:info	:start	nil
            INFO  jepsen.util - 1	:invoke	:read	nil
            INFO  jepsen.util - 1	:fail	:read	:timed-out
            INFO  jepsen.util - 2	:invoke	:write	3
            INFO  jepsen.util - 2	:info	:write	:timed-out
            """);
    HistoryReader.Reading reading = HistoryReader.read(file, Optional.empty());
    assertThat(reading.format()).isEqualTo(Format.JEPSEN_LOG);
    assertThat(reading.history().operations())
        .extracting(Operation::outcome)
        .containsExactly(Outcome.FAIL, Outcome.NOT_DONE, Outcome.UNKNOWN);
  }

  @Test
  void keyValueLogsAreToldByTheirKeys() throws IOException {
    Path file =
        write(
            "h.txt",
            """
            {:process 0, :type :invoke, :f :get, :key "1", :value nil}
            {:process 0, :type :ok, :f :get, :key "1", :value "x y"}
            """);
    HistoryReader.Reading reading = HistoryReader.read(file, Optional.empty());
    assertThat(reading.format()).isEqualTo(Format.KV_LOG);
    assertThat(reading.history().operation(0).output()).isEqualTo("x y");
    assertThat(reading.history().keys()).containsExactly("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{\"process\":1,\"type\":\"inv`|:2:25|the line ends in the middle",
        "`{\"process\":1,\"type\":\"ok\",\"f\":\"acquire\"`|:2|the line ends in the middle",
        "`{\"process\":2,\"type\":\"ok\",\"f\":\"acquire\",\"time\":6}`|:2|which has no open operation; expected an invocation",
        "`{\"process\":1,\"type\":\"invoke\",\"f\":\"read\",\"time\":6}`|:2|while its acquire of line 1 is still open; expected the completion",
        "`{\"process\":1,\"type\":\"ok\",\"f\":\"read\",\"time\":6}`|:2|but its open operation is acquire",
        "`{\"process\":1,\"type\":\"ok\",\"f\":\"acquire\",\"time\":4}`|:2|time 4 runs backwards; expected at least 5",
        "`{\"process\":1,\"type\":\"ok\",\"f\":\"acquire\"}`|:2|an event without time",
        "`{\"process\":1,\"type\":\"done\",\"f\":\"acquire\",\"time\":6}`|:2|expected invoke, ok, fail or info",
        "`{\"type\":\"ok\",\"f\":\"acquire\",\"time\":6}`|:2|expected \"process\"",
        "`{\"process\":1.5,\"type\":\"ok\",\"time\":6}`|:2:12|expected \"process\" to be an integer",
        "`{\"process\":7,\"type\":\"invoke\",\"time\":6}`|:2|expected the function's name",
        "`{\"process\":1,\"f\":\"acquire\",\"time\":6}`|:2|expected \"type\"",
        "`{\"process\":1,\"type\":\"ok\",\"time\":\"noon\"}`|:2:33|expected time in nanoseconds as an integer",
        "`{\"process\":1,\"type\":\"ok\",\"time\":99999999999999999999}`|:2|out of range",
        "`[1]`|:2:1|expected a JSON object",
        "`{\"process\":1,\"type\":\"ok\",\"time\":6} {}`|:2:36|expected the line to end",
        "`hello`|:2|expected one JSON object a line",
      })
  void badSecondLinesAreNamedWithWhatWasExpected(String line, String place, String words)
      throws IOException {
    Path file = write("bad.jsonl", INVOKE + "\n" + line + "\n");
    assertThatThrownBy(() -> HistoryReader.read(file, Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + place)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`[{:process 0, :type :invoke, :f :read`|:1|the file ends in the middle",
        "`[{:process 0, :type :invoke, :f :read}`|:1|expected ]",
        "`[{:process 0, :type :ok, :f :read}]`|:1:2|expected an invocation",
        "`[{:process 0, :type :invoke, :f :read} 7]`|:1:40|expected an operation map",
        "`[{:process 0, :time :noon}]`|:1|:time is noon; expected an integer",
        "`INFO jepsen.util - 0 :invoke`|:1:20|the line ends too early",
        "`INFO jepsen.util - 0 invoke :read nil`|:1:20|expected a keyword",
        "`INFO jepsen.util - 0 :ok :read nil`|:1|expected an invocation",
        "`some other text`|:1:1|no known format",
      })
  void badEdnAndLogsAreNamedWithWhatWasExpected(String text, String place, String words)
      throws IOException {
    Path file = write("bad", text);
    assertThatThrownBy(() -> HistoryReader.read(file, Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + place)
        .hasMessageContaining(words);
  }

  @Test
  void emptyBlankBinaryAndMissingFilesAreToldApart() throws IOException {
    expectProblem(write("empty", ""), "the file is empty; expected a history");
    expectProblem(write("blank", " \n \n"), "nothing but space");
    Path binary = folder.resolve("binary");
    Files.write(binary, new byte[] {'{', '"', 10, 0, 1, 2});
    expectProblem(binary, "as binary files have; expected a text file");
    Path latin = folder.resolve("latin");
    Files.write(
        latin, "[{:process 0, :type :invoke, :f :\u00e9}]".getBytes(StandardCharsets.ISO_8859_1));
    expectProblem(latin, "no UTF-8");
    expectProblem(folder.resolve("absent"), "no such file");
    expectProblem(write("marks", "{\"process\":\"nemesis\",\"type\":\"info\"}"), "no operations");
  }

  private static void expectProblem(Path file, String words) {
    assertThatThrownBy(() -> HistoryReader.read(file, Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(words);
  }

  private History read(String name, String text) throws IOException {
    return HistoryReader.read(write(name, text), Optional.empty()).history();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
