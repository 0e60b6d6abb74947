package io.holdfast.chaos.history;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Flushable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a history as JSON Lines (docs/history-format.md). Times are taken inside, so that they
 * never decrease: an invocation is recorded before the request leaves, a completion after its
 * answer is there. Safe for use by many threads, which then interleave as they come.
 */
public final class Recorder implements Flushable {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private final Writer out;
  private final LongSupplier nowNanos;
  private long nextProcess;
  private long index;
  private long invoked;
  private long succeeded;
  private long failed;
  private long unknown;
  private long lastGrantNanos;

  /**
   * A recorder at the beginning of a history.
   *
   * @param out where the lines go; closed by whoever opened it
   * @param nowNanos time since the beginning of the run; never decreasing
   */
  public Recorder(Writer out, LongSupplier nowNanos) {
    this.out = out;
    this.nowNanos = nowNanos;
  }

  /** A process number nobody has had. Processes are drawn anew after an unknown outcome. */
  public synchronized long newProcess() {
    return nextProcess++;
  }

  /**
   * An operation begins.
   *
   * @param process must have no other operation open
   * @param function what is asked, for example {@code acquire}
   * @param key the object it is asked of
   * @param value what is asked for: null, a number, text, a list or a map of such
   */
  public synchronized OpenOperation invoke(
      long process, String function, String key, @Nullable Object value) {
    invoked++;
    OpenOperation open = new OpenOperation(this, process, function, key);
    write(process, "invoke", function, key, value, null);
    return open;
  }

  synchronized void complete(
      OpenOperation open, Ending ending, @Nullable Object value, @Nullable String error) {
    switch (ending) {
      case OK -> {
        succeeded++;
        if (open.function().equals("acquire") || open.function().equals("tryAcquire")) {
          lastGrantNanos = nowNanos.getAsLong();
        }
      }
      case FAIL -> failed++;
      case INFO -> unknown++;
    }
    write(open.process(), ending.word, open.function(), open.key(), value, error);
  }

  /** How an operation ended. */
  enum Ending {
    OK("ok"),
    FAIL("fail"),
    INFO("info");

    private final String word;

    Ending(String word) {
      this.word = word;
    }
  }

  /**
   * Something happened beside the operations. Names that end in {@code -start} and {@code -stop}
   * bound a fault, which reports shade.
   *
   * @param who for example {@code nemesis} or {@code cluster}
   */
  public synchronized void mark(String who, String what, @Nullable Object detail) {
    write(who, "info", what, null, detail, null);
  }

  /** How many operations began and how they ended so far. */
  public synchronized Counts counts() {
    return new Counts(invoked, succeeded, failed, unknown, lastGrantNanos);
  }

  /**
   * Operations so far.
   *
   * @param lastGrantNanos when a lock was last granted, as the recorder's clock has it
   */
  public record Counts(long invoked, long ok, long fail, long unknown, long lastGrantNanos) {}

  private void write(
      Object process,
      String type,
      String function,
      @Nullable String key,
      @Nullable Object value,
      @Nullable String error) {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeFieldName("process");
      if (process instanceof Long number) {
        json.writeNumber(number);
      } else {
        json.writeString(process.toString());
      }
      json.writeStringField("type", type);
      json.writeStringField("f", function);
      if (key != null) {
        json.writeStringField("key", key);
      }
      json.writeFieldName("value");
      json.writePOJO(value);
      if (error != null) {
        json.writeStringField("error", error);
      }
      json.writeNumberField("time", nowNanos.getAsLong());
      json.writeNumberField("index", index++);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("the history cannot be written", e);
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    out.flush();
  }
}
