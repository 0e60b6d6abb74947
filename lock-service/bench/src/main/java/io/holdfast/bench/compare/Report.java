package io.holdfast.bench.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.bench.worker.Measured;
import io.holdfast.cli.http.HttpApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Results as text, Markdown and JSON. */
final class Report {
  private final Results results;
  private final Machine machine;
  private final String command;
  private final List<Contender> contenders;
  private final Turns.Plan plan;

  Report(
      Results results,
      Machine machine,
      String command,
      List<Contender> contenders,
      Turns.Plan plan) {
    this.results = results;
    this.machine = machine;
    this.command = command;
    this.contenders = contenders;
    this.plan = plan;
  }

  String text() {
    StringBuilder text = new StringBuilder(machine + "\n" + command + "\n");
    tables().forEach(table -> text.append('\n').append(table.text()));
    notes().forEach(note -> text.append(note).append('\n'));
    return text.toString();
  }

  String markdown() {
    StringBuilder text = new StringBuilder("Machine: " + machine + "\n\n");
    text.append("Command: `").append(command).append("`\n");
    tables().forEach(table -> text.append('\n').append(table.markdown()));
    text.append('\n');
    notes().forEach(note -> text.append("- ").append(note).append('\n'));
    return text.toString();
  }

  private List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    tables.add(rates(Contender.Work.PAIRS, "Pairs of acquire and release", "pair"));
    tables.add(outages());
    tables.add(rates(Contender.Work.COMMANDS, "Commands to a replicated log", "command"));
    tables.removeIf(Table::isEmpty);
    return tables;
  }

  private Table rates(Contender.Work work, String title, String unit) {
    Table table =
        new Table(
            title,
            3,
            "load",
            "system",
            "safe before the answer",
            unit + "s/s",
            "Holdfast is",
            "p50 ms",
            "p99 ms",
            "servers us/" + unit,
            "clients us/" + unit,
            "others' cores");
    for (Load load : plan.loads(work)) {
      contenders.stream()
          .filter(contender -> contender.work() == work)
          .forEach(
              contender ->
                  results
                      .total(contender.id(), load.toString())
                      .ifPresent(total -> table.row(cells(contender, load, total))));
    }
    return table;
  }

  private String[] cells(Contender contender, Load load, Measured total) {
    String id = contender.id();
    return new String[] {
      load.title(),
      results.version(id).orElse(contender.title()),
      contender.durability(),
      number(results.medianRate(id, load.toString())),
      ratio(results.medianRatio(contender.work().ours(), id, load.toString())),
      millis(total.percentileMillis(50)),
      millis(total.percentileMillis(99)),
      whole(total.serverCpuMicros()),
      // The load of a replicated log is made by its leader.
      contender.work() == Contender.Work.COMMANDS ? "-" : whole(total.driverCpuMicros()),
      decimal(total.otherCores())
    };
  }

  private Table outages() {
    Table table =
        new Table(
            "From SIGKILL of the leader to the next grant",
            1,
            "system",
            "tries",
            "median ms",
            "worst ms");
    for (Contender contender : contenders) {
      List<Double> millis = results.outages(contender.id());
      if (!millis.isEmpty()) {
        table.row(
            results.version(contender.id()).orElse(contender.title()),
            String.valueOf(millis.size()),
            number(Results.median(millis)),
            whole(millis.stream().mapToDouble(it -> it).max().orElseThrow()));
      }
    }
    return table;
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    results.failures().forEach((system, why) -> notes.add(system + ": " + why));
    for (Contender contender : contenders) {
      for (Load load : plan.loads(contender.work())) {
        results
            .total(contender.id(), load.toString())
            .flatMap(Report::complaint)
            .ifPresent(it -> notes.add(contender.title() + ", " + load.title() + ": " + it));
      }
    }
    return notes;
  }

  static Optional<String> complaint(Measured measured) {
    if (measured.overlaps() > 0) {
      return Optional.of("held twice " + measured.overlaps() + " times");
    }
    return measured.errors() > 0
        ? Optional.of(measured.errors() + " errors, the first: " + measured.firstError())
        : Optional.empty();
  }

  /** Every round of every cell, a line each, so that others can judge the spread. */
  String json() {
    List<String> rounds = new ArrayList<>();
    ObjectNode outages = HttpApi.object();
    for (Contender contender : contenders) {
      for (Load load : plan.loads(contender.work())) {
        int round = 0;
        for (Measured measured : results.rounds(contender.id(), load.toString())) {
          round++;
          rounds.add(HttpApi.text(cell(contender, load, round, measured)));
        }
      }
      List<Double> millis = results.outages(contender.id());
      if (!millis.isEmpty()) {
        ArrayNode values = outages.putArray(contender.id());
        millis.forEach(it -> values.add(Math.round(it)));
      }
    }
    ObjectNode about = HttpApi.object().put("machine", machine.toString()).put("command", command);
    ObjectNode versions = about.putObject("versions");
    contenders.forEach(it -> versions.put(it.id(), results.version(it.id()).orElse("")));
    ObjectNode failures = about.putObject("failures");
    results.failures().forEach(failures::put);
    about.set("failOverMillis", outages);
    String head = HttpApi.text(about);
    return head.substring(0, head.length() - 1)
        + ",\"rounds\":[\n"
        + String.join(",\n", rounds)
        + "\n]}\n";
  }

  private static ObjectNode cell(Contender contender, Load load, int round, Measured measured) {
    return HttpApi.object()
        .put("system", contender.id())
        .put("load", load.toString())
        .put("round", round)
        .put("perSecond", Math.round(measured.perSecond()))
        .put("p50Millis", measured.percentileMillis(50))
        .put("p90Millis", measured.percentileMillis(90))
        .put("p99Millis", measured.percentileMillis(99))
        .put("maxMillis", measured.percentileMillis(100))
        .put("serverCpuMicros", Math.round(measured.serverCpuMicros()))
        .put("driverCpuMicros", Math.round(measured.driverCpuMicros()))
        .put("otherCores", Math.round(measured.otherCores() * 100) / 100.0)
        .put("seconds", Math.round(measured.seconds() * 100) / 100.0)
        .put("operations", measured.operations())
        .put("errors", measured.errors())
        .put("overlaps", measured.overlaps());
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? whole(value.getAsDouble()) : "-";
  }

  private static String ratio(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.2fx", value.getAsDouble()) : "-";
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
