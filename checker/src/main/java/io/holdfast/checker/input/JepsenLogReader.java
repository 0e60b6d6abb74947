package io.holdfast.checker.input;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.HistoryException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines that Jepsen's {@code jepsen.util} logs, such as {@code INFO jepsen.util - 0
 * :invoke :cas [1 2]}; other lines of the log are passed over.
 *
 * <p>A {@code cas} that failed found another value, unless it failed by {@code :timed-out} or
 * another keyword; any other operation that failed says nothing.
 */
final class JepsenLogReader {
  private static final String MARK = "jepsen.util - ";

  private final String file;
  private final HistoryBuilder builder = new HistoryBuilder();
  private final EventFields event = new EventFields(builder, true);

  JepsenLogReader(String file) {
    this.file = file;
  }

  /** The history in the log. */
  History read(BufferedReader in) throws IOException {
    int number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      int at = line.indexOf(MARK);
      if (at >= 0) {
        builder.atLine(number);
        readLine(line.substring(at + MARK.length()), number, at + MARK.length());
      }
    }
    return builder.build();
  }

  private void readLine(String text, int number, int column) throws IOException {
    String[] parts = text.strip().split("\\s+", 4);
    if (parts.length < 3) {
      throw new InputException(
          file,
          number,
          column + 1L,
          "the line ends too early; expected process, :type, :function and value");
    }
    event.clear();
    try {
      readProcess(parts[0]);
      event.setType(keyword(parts[1]));
      String function = keyword(parts[2]);
      @Nullable Object value =
          parts.length < 4 ? null : new Edn(file, new StringReader(parts[3]), number).read();
      boolean keyword = parts.length > 3 && parts[3].startsWith(":");
      boolean told = event.type != EventFields.FAIL || (function.equals("cas") && !keyword);
      if (!told || keyword) {
        event.error = parts.length > 3 ? parts[3] : "failed";
      }
      if (!keyword || event.type == EventFields.INVOKE) {
        event.value.set(value);
      }
      if (event.bystander == null) {
        event.function = builder.functionId(function);
      }
      event.finish(value, function);
    } catch (HistoryException e) {
      throw new InputException(file, number, column + 1L, e.getMessage());
    }
  }

  private void readProcess(String text) {
    if (text.matches("-?\\d{1,18}")) {
      event.process = Long.parseLong(text);
      event.hasProcess = true;
    } else {
      event.bystander = text.startsWith(":") ? text.substring(1) : text;
    }
  }

  private static String keyword(String text) {
    if (!text.startsWith(":")) {
      throw new HistoryException("found " + text + "; expected a keyword such as :invoke");
    }
    return List.of(text.split(":", 2)).get(1);
  }
}
