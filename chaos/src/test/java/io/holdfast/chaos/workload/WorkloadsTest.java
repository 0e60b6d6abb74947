package io.holdfast.chaos.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.history.Recorder;
import io.holdfast.checker.CheckOptions;
import io.holdfast.checker.LinearizabilityChecker;
import io.holdfast.checker.history.History;
import io.holdfast.checker.input.Format;
import io.holdfast.checker.input.HistoryReader;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.verdict.Conclusion;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fenced-lock",
        "leases",
        "lock-reads",
        "shared-exclusive",
        "semaphore",
        "election",
        "watch",
        "fifo",
        "session-expiry",
        "guarded-set",
        "guarded-counter"
      })
  void workloadThatMustHoldIsValidAndBusyAgainstAServiceWithoutFaults(String name)
      throws Exception {
    Played played = play(name, 1);

    assertThat(played.problems).isEmpty();
    assertThat(played.conclusions).containsOnly(Conclusion.VALID);
    assertThat(played.ok).isGreaterThan(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unguarded-set", "unguarded-counter"})
  void resourceThatChecksNoTokenLosesUpdatesAndIsCaught(String name) throws Exception {
    Played played = play(name, 3);

    assertThat(played.conclusions.get(0)).isEqualTo(Conclusion.INVALID);
    assertThat(played.conclusions.get(1)).as("the lock itself").isEqualTo(Conclusion.VALID);
  }

  @Test
  void sameSeedGivesTheSameHistory() throws Exception {
    assertThat(play("leases", 5).text).isEqualTo(play("leases", 5).text);
  }

  @Test
  void everyNameIsUsedOnce() {
    assertThat(Workloads.all().stream().map(Workload::name)).doesNotHaveDuplicates();
  }

  private record Played(
      String text, long ok, List<Problems.Problem> problems, List<Conclusion> conclusions) {}

  private Played play(String name, long seed) throws Exception {
    Workload workload = Workloads.named(name).orElseThrow();
    MemoryEnvironment environment = new MemoryEnvironment(seed);
    StringWriter text = new StringWriter();
    Recorder recorder = new Recorder(text, environment::nowNanos);
    Problems problems = new Problems();
    Workload.Running running =
        workload.start(
            new WorkloadContext(
                environment, recorder, WorkloadContext.Load.DEFAULT, name + "/", problems));
    environment.run(Duration.ofSeconds(15));
    environment.runUntilDone(running.drain(), Duration.ofMinutes(2));
    environment.runUntilDone(running.finish(), Duration.ofMinutes(2));
    List<Conclusion> conclusions = new ArrayList<>();
    for (Judgement judgement : workload.judgements()) {
      conclusions.add(judge(judgement, name + "/" + judgement.keys(), text.toString()));
    }
    return new Played(text.toString(), recorder.counts().ok(), problems.all(), conclusions);
  }

  private Conclusion judge(Judgement judgement, String keys, String text) throws Exception {
    Path file = folder.resolve("part.jsonl");
    String part =
        text.lines()
            .filter(line -> line.contains("\"key\":\"" + keys))
            .collect(Collectors.joining("\n"));
    Files.writeString(file, part + "\n");
    History history = HistoryReader.read(file, Optional.of(Format.JSON_LINES)).history();
    if (judgement instanceof Judgement.ByCheck own) {
      return own.check().violations(history).isEmpty() ? Conclusion.VALID : Conclusion.INVALID;
    }
    String model = ((Judgement.ByModel) judgement).model();
    return new LinearizabilityChecker(CheckOptions.defaults().withThreads(1))
        .check(Models.named(model), history)
        .conclusion();
  }
}
