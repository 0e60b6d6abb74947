package io.holdfast.bench.worker;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the comparison and its workers say to each other: one word and named values on one line of
 * text. Plain text, because a JSON library here would fight with the ones the peers bring along.
 *
 * @param values in the order in which they were put
 */
public record Line(String word, Map<String, String> values) {
  public static Line of(String word) {
    return new Line(word, Map.of());
  }

  /** The same line with one more value. */
  public Line with(String name, Object value) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(name, String.valueOf(value));
    return new Line(word, more);
  }

  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("'" + word + "' lacks " + name + "; it has " + values);
    }
    return value;
  }

  public int integer(String name) {
    return Integer.parseInt(text(name));
  }

  public long number(String name) {
    return Long.parseLong(text(name));
  }

  public double real(String name) {
    return Double.parseDouble(text(name));
  }

  /** The line as it is sent. */
  public String encode() {
    return word
        + values.entrySet().stream()
            .map(
                e ->
                    " "
                        + e.getKey()
                        + "="
                        + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining());
  }

  /** The opposite of {@link #encode}. */
  public static Line decode(String line) {
    String[] parts = line.split(" ", -1);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("'" + parts[i] + "' is not name=value in: " + line);
      }
      values.put(
          parts[i].substring(0, equals),
          URLDecoder.decode(parts[i].substring(equals + 1), StandardCharsets.UTF_8));
    }
    return new Line(parts[0], values);
  }
}
