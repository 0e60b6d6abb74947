package io.holdfast.checker.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Mark;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.verdict.Evidence;
import io.holdfast.checker.verdict.PartitionVerdict;
import io.holdfast.checker.verdict.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Writes a verdict as one self-contained HTML file: no network, no second file, at most {@value
 * #BYTES_MAX} bytes whatever the history.
 */
public final class HtmlReport {
  /** The largest file a report can be. */
  public static final int BYTES_MAX = 5 << 20;

  /** Operations of the longest good prefix that are shown; the last ones. */
  static final int PREFIX_SHOWN_MAX = 25;

  private static final int MARKS_MAX = 2_000;
  private static final int TEXT_MAX = 120;
  private static final int SENTENCE_MAX = 600;
  private static final int SENTENCES_MAX = 40;
  private static final int REFUSALS_MAX = 100;
  private static final int IDS_MAX = 1_000;

  private final History history;
  private final Verdict verdict;
  private final Model<?> model;
  private final ReportContext context;

  private HtmlReport(History history, Verdict verdict, Model<?> model, ReportContext context) {
    this.history = history;
    this.verdict = verdict;
    this.model = model;
    this.context = context;
  }

  /**
   * Writes the report, replacing a file that exists.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(
      Path file, History history, Verdict verdict, Model<?> model, ReportContext context)
      throws IOException {
    String page = new HtmlReport(history, verdict, model, context).page();
    Files.writeString(file, page, StandardCharsets.UTF_8);
  }

  private String page() throws IOException {
    // In JSON a "<" only stands inside strings, where the escape means the same; the page's own
    // parser then never sees a tag in the data.
    String data = data().replace("<", "\\u003c");
    return resource("report.html")
        .replace("/*STYLE*/", resource("report.css"))
        .replace("/*DATA*/", data)
        .replace(
            "/*SCRIPT*/", resource("timeline.js") + resource("plots.js") + resource("report.js"));
  }

  private String data() throws IOException {
    StringWriter text = new StringWriter();
    List<PartitionVerdict> partitions = Selection.partitions(verdict);
    BitSet operations = Selection.operations(history, partitions);
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      writeHead(json, operations.cardinality());
      json.writeArrayFieldStart("partitions");
      for (PartitionVerdict partition : partitions) {
        writePartition(json, partition, operations);
      }
      json.writeEndArray();
      writeKeys(json, operations);
      writeOperations(json, operations);
      writeMarks(json);
      json.writeFieldName("plots");
      Plots.write(json, history);
      json.writeEndObject();
    }
    return text.toString();
  }

  private void writeHead(JsonGenerator json, int shown) throws IOException {
    json.writeStringField("title", shorten(context.title()));
    json.writeStringField("command", context.command());
    json.writeArrayFieldStart("facts");
    for (ReportContext.Fact fact : context.facts()) {
      json.writeStartArray();
      json.writeString(fact.name());
      json.writeString(fact.value());
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeStringField("conclusion", verdict.conclusion().word());
    json.writeStringField("model", verdict.model());
    json.writeNumberField("elapsedMillis", verdict.elapsed().toNanos() / 1e6);
    json.writeBooleanField("timed", history.isTimed());
    json.writeNumberField("operationCount", history.size());
    json.writeNumberField("operationsShown", shown);
    json.writeNumberField("partitionCount", verdict.partitions().size());
    json.writeArrayFieldStart("functions");
    for (String function : history.functions()) {
      json.writeString(shorten(function));
    }
    json.writeEndArray();
  }

  /** The names of the keys that the shown operations refer to by number. */
  private void writeKeys(JsonGenerator json, BitSet shown) throws IOException {
    BitSet used = new BitSet();
    for (int id = shown.nextSetBit(0); id >= 0; id = shown.nextSetBit(id + 1)) {
      used.set(history.keyId(id));
    }
    json.writeObjectFieldStart("keys");
    for (int key = used.nextSetBit(0); key >= 0; key = used.nextSetBit(key + 1)) {
      json.writeStringField(Integer.toString(key), shorten(history.keys().get(key)));
    }
    json.writeEndObject();
  }

  private void writePartition(JsonGenerator json, PartitionVerdict partition, BitSet shown)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("key", shorten(partition.key()));
    json.writeStringField("conclusion", partition.conclusion().word());
    json.writeNumberField("operations", partition.operations());
    json.writeStringField(
        "method",
        switch (partition.method()) {
          case FORCED_ORDER -> "forced order";
          case SEARCH -> "search";
        });
    json.writeNumberField("steps", partition.steps());
    json.writeNumberField("millis", partition.elapsed().toNanos() / 1e6);
    Evidence evidence = partition.evidence();
    if (evidence instanceof Evidence.Witness witness) {
      writeIds(json, "order", shownOf(witness.order(), shown));
    } else if (evidence instanceof Evidence.Counterexample counterexample) {
      writeCounterexample(json, counterexample);
    } else if (evidence instanceof Evidence.Undecided undecided) {
      json.writeStringField("undecided", undecided.explanation());
    }
    json.writeEndObject();
  }

  private static void writeCounterexample(JsonGenerator json, Evidence.Counterexample why)
      throws IOException {
    json.writeStringField("violation", why.violation().title());
    json.writeStringField("summary", shorten(why.summary(), SENTENCE_MAX));
    json.writeArrayFieldStart("sentences");
    for (String sentence :
        why.sentences().subList(0, Math.min(SENTENCES_MAX, why.sentences().size()))) {
      json.writeString(shorten(sentence, SENTENCE_MAX));
    }
    json.writeEndArray();
    writeIds(json, "contradicting", lastOf(why.contradicting(), IDS_MAX));
    json.writeNumberField("minimalLength", why.minimal().length);
    writeIds(json, "minimal", lastOf(why.minimal(), IDS_MAX));
    json.writeBooleanField("minimalProven", why.minimalProven());
    int[] prefix = why.prefix().order();
    json.writeNumberField("prefixLength", prefix.length);
    writeIds(json, "prefix", lastOf(prefix, PREFIX_SHOWN_MAX));
    json.writeStringField("prefixState", shorten(why.prefix().state()));
    json.writeArrayFieldStart("refusals");
    List<Evidence.Refusal> refusals = why.refusals();
    for (Evidence.Refusal refusal : refusals.subList(0, Math.min(REFUSALS_MAX, refusals.size()))) {
      json.writeStartArray();
      json.writeNumber(refusal.operation());
      json.writeString(shorten(refusal.reason()));
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /** One array per operation keeps the file small; the script names the fields. */
  private void writeOperations(JsonGenerator json, BitSet shown) throws IOException {
    json.writeArrayFieldStart("operations");
    for (int id = shown.nextSetBit(0); id >= 0; id = shown.nextSetBit(id + 1)) {
      Operation operation = history.operation(id);
      json.writeStartArray();
      json.writeNumber(id);
      json.writeNumber(operation.process());
      json.writeNumber(history.functionId(id));
      json.writeNumber(history.keyId(id));
      json.writeString(operation.outcome().name().toLowerCase(Locale.ROOT));
      json.writeNumber(operation.invokedNanos());
      if (operation.returnedNanos() == Long.MAX_VALUE) {
        json.writeNull();
      } else {
        json.writeNumber(operation.returnedNanos());
      }
      json.writeString(shorten(model.describe(operation)));
      json.writeNumber(history.invokedLine(id));
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private void writeMarks(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("marks");
    List<Mark> marks = history.marks();
    for (Mark mark : marks.subList(0, Math.min(MARKS_MAX, marks.size()))) {
      json.writeStartArray();
      json.writeNumber(mark.timeNanos());
      json.writeString(shorten(mark.process()));
      json.writeString(shorten(mark.function()));
      json.writeString(shorten(mark.detail()));
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private static int[] shownOf(int[] order, BitSet shown) {
    return Arrays.stream(order).filter(shown::get).toArray();
  }

  private static void writeIds(JsonGenerator json, String name, int[] ids) throws IOException {
    json.writeFieldName(name);
    json.writeArray(ids, 0, ids.length);
  }

  private static int[] lastOf(int[] ids, int most) {
    return Arrays.copyOfRange(ids, Math.max(0, ids.length - most), ids.length);
  }

  private static String shorten(String text) {
    return shorten(text, TEXT_MAX);
  }

  private static String shorten(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the resource " + name + " is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
