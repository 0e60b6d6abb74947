package io.holdfast.checker.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence.Counterexample;
import io.holdfast.checker.verdict.Evidence.Refusal;
import io.holdfast.checker.verdict.Evidence.Undecided;
import io.holdfast.checker.verdict.Evidence.Witness;
import io.holdfast.checker.verdict.PartitionVerdict;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes verdicts for programs: one JSON object, whatever the number of files. */
final class JsonOutput {
  private static final double NANOS_PER_MILLI = 1e6;

  private JsonOutput() {}

  static void write(
      OutputStream out,
      Optional<Conclusion> overall,
      List<Checked> files,
      List<String> errors,
      boolean witness)
      throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("conclusion", overall.map(Conclusion::word).orElse("error"));
      json.writeArrayFieldStart("files");
      for (Checked checked : files) {
        writeFile(json, checked, witness);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("errors");
      for (String error : errors) {
        json.writeString(error);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void writeFile(JsonGenerator json, Checked checked, boolean witness)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("file", checked.file());
    json.writeStringField("conclusion", checked.verdict().conclusion().word());
    json.writeStringField("format", checked.format().title());
    json.writeBooleanField("formatGuessed", checked.formatGuessed());
    json.writeStringField("model", checked.verdict().model());
    json.writeBooleanField("modelGuessed", checked.modelGuessed());
    json.writeNumberField("operations", checked.operations());
    json.writeNumberField("readMillis", checked.reading().toNanos() / NANOS_PER_MILLI);
    json.writeNumberField("checkMillis", checked.verdict().elapsed().toNanos() / NANOS_PER_MILLI);
    json.writeArrayFieldStart("keys");
    for (PartitionVerdict partition : checked.verdict().partitions()) {
      writeKey(json, partition, witness);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeKey(JsonGenerator json, PartitionVerdict partition, boolean witness)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("key", partition.key());
    json.writeStringField("conclusion", partition.conclusion().word());
    json.writeNumberField("operations", partition.operations());
    json.writeStringField(
        "method", partition.method().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    json.writeNumberField("steps", partition.steps());
    json.writeNumberField("millis", partition.elapsed().toNanos() / NANOS_PER_MILLI);
    if (partition.evidence() instanceof Undecided undecided) {
      json.writeStringField("cause", undecided.cause().name().toLowerCase(Locale.ROOT));
      json.writeStringField("explanation", undecided.explanation());
    } else if (partition.evidence() instanceof Witness order && witness) {
      writeIds(json, "order", order.order());
    } else if (partition.evidence() instanceof Counterexample why) {
      writeCounterexample(json, why);
    }
    json.writeEndObject();
  }

  private static void writeCounterexample(JsonGenerator json, Counterexample why)
      throws IOException {
    json.writeStringField("violation", why.violation().title());
    json.writeStringField("summary", why.summary());
    json.writeArrayFieldStart("sentences");
    for (String sentence : why.sentences()) {
      json.writeString(sentence);
    }
    json.writeEndArray();
    writeIds(json, "contradicting", why.contradicting());
    writeIds(json, "minimal", why.minimal());
    json.writeBooleanField("minimalProven", why.minimalProven());
    json.writeNumberField("goodPrefix", why.prefix().order().length);
    json.writeStringField("stateAfterPrefix", why.prefix().state());
    json.writeArrayFieldStart("refusals");
    for (Refusal refusal : why.refusals()) {
      json.writeStartObject();
      json.writeNumberField("operation", refusal.operation());
      json.writeStringField("reason", refusal.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeIds(JsonGenerator json, String name, int[] ids) throws IOException {
    json.writeFieldName(name);
    json.writeArray(ids, 0, ids.length);
  }
}
