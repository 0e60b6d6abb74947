package io.holdfast.checker.input;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.HistoryException;
import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads Jepsen's operation maps: in one vector, or one map after another, which is also how
 * Porcupine logs a key-value store.
 *
 * <p>As Knossos takes them: a {@code :fail} did not happen and says nothing, except of a {@code
 * tryAcquire}; a {@code :read} that returned nil says nothing, since Knossos lets it stand for any
 * value; a process whose name is no number is the nemesis.
 */
final class EdnReader {
  private final String file;
  private final HistoryBuilder builder = new HistoryBuilder();
  private final EventFields event = new EventFields(builder, false);

  EdnReader(String file) {
    this.file = file;
  }

  /** The history in the text. */
  History read(Reader in) throws IOException {
    Edn edn = new Edn(file, in, 1);
    int first = edn.peek();
    boolean enclosed = first == '[' || first == '(';
    if (enclosed) {
      edn.skip();
    }
    int next = edn.peek();
    while (next != -1 && next != ']' && next != ')') {
      int line = edn.line();
      int column = edn.column() + 1;
      builder.atLine(line);
      Object read = edn.read();
      if (!(read instanceof Map<?, ?> map)) {
        throw new InputException(
            file, line, column, "found " + read + "; expected an operation map {:process ...}");
      }
      try {
        add(map);
      } catch (HistoryException e) {
        throw new InputException(file, line, column, e.getMessage());
      }
      next = edn.peek();
    }
    if (enclosed && next == -1) {
      throw edn.problem("the file ends before the vector does; expected ]");
    }
    return builder.build();
  }

  private void add(Map<?, ?> map) {
    event.clear();
    @Nullable Object process = map.get("process");
    if (process instanceof Long number) {
      event.process = number;
      event.hasProcess = true;
    } else if (process != null) {
      event.bystander = process.toString();
    }
    @Nullable Object type = map.get("type");
    if (type != null) {
      event.setType(type.toString());
    }
    @Nullable Object function = map.get("f");
    if (function != null && event.bystander == null) {
      event.function = builder.functionId(function.toString());
    }
    @Nullable Object key = map.get("key");
    if (key != null) {
      event.key = builder.keyId(key.toString());
    }
    event.value.set(map.get("value"));
    boolean told = map.get("value") != null || !"read".equals(Objects.toString(function, ""));
    if (event.type == EventFields.OK && !told) {
      event.type = EventFields.FAIL;
    }
    event.timeNanos = number(map, "time");
    event.index = number(map, "index");
    @Nullable Object error = map.get("error");
    event.error = error == null ? null : error.toString();
    event.finish(map.get("value"), Objects.toString(function, ""));
  }

  private static long number(Map<?, ?> map, String field) {
    @Nullable Object value = map.get(field);
    if (value == null) {
      return io.holdfast.checker.history.LockValue.NONE;
    }
    if (value instanceof Long number) {
      return number;
    }
    throw new HistoryException(":" + field + " is " + value + "; expected an integer");
  }
}
