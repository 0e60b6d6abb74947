package io.holdfast.checker.input;

import static io.holdfast.checker.history.LockValue.NONE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.HistoryException;
import io.holdfast.checker.history.ValueSlot;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Holdfast's own format, event by event, without making objects for the usual values. Lines
 * of the usual form are scanned byte by byte, which is several times faster; all others are parsed.
 */
final class JsonLinesReader {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int LINE_BYTES_MAX = 1 << 28;

  private final String file;
  private final HistoryBuilder builder = new HistoryBuilder();
  private final EventFields event = new EventFields(builder, true);
  private int line;
  private @Nullable String bystanderFunction;

  JsonLinesReader(String file) {
    this.file = file;
  }

  /** The history in the stream, which is left open. */
  History read(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    int filled = 0;
    boolean more = true;
    while (more) {
      if (filled == buffer.length) {
        buffer = larger(buffer);
      }
      int count = in.read(buffer, filled, buffer.length - filled);
      more = count >= 0;
      filled += Math.max(count, 0);
      int from = readLines(buffer, filled, !more);
      System.arraycopy(buffer, from, buffer, 0, filled - from);
      filled -= from;
    }
    return builder.build();
  }

  private byte[] larger(byte[] buffer) {
    if (buffer.length >= LINE_BYTES_MAX) {
      throw new InputException(
          file, line + 1, 0, "a line of more than " + LINE_BYTES_MAX + " bytes; expected less");
    }
    return Arrays.copyOf(buffer, 2 * buffer.length);
  }

  private static int endOfLine(byte[] buffer, int from, int to) {
    int end = from;
    while (end < to && buffer[end] != '\n') {
      end++;
    }
    return end;
  }

  /** Reads whole lines, and at the end of the file the last one; where the rest begins. */
  private int readLines(byte[] buffer, int filled, boolean last) throws IOException {
    int from = 0;
    while (from < filled) {
      builder.atLine(line + 1);
      event.clear();
      int end = LineScanner.scan(buffer, from, filled, event);
      boolean scanned = end >= 0;
      if (!scanned) {
        end = endOfLine(buffer, from, filled);
        if (end == filled && !last) {
          return from;
        }
      }
      line++;
      try {
        if (scanned) {
          event.finish(null, null);
        } else {
          parseLine(buffer, from, end);
        }
      } catch (HistoryException e) {
        throw new InputException(file, e.line() > 0 ? e.line() : line, 0, e.getMessage());
      }
      from = Math.min(end + 1, filled);
    }
    return from;
  }

  /** Any line, however unusual, and every error in one. */
  private void parseLine(byte[] buffer, int from, int to) throws IOException {
    try (JsonParser parser = FACTORY.createParser(buffer, from, to - from)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return;
      }
      if (token != JsonToken.START_OBJECT) {
        throw unexpected(parser, "a JSON object");
      }
      readEvent(parser);
      if (parser.nextToken() != null) {
        throw unexpected(parser, "the line to end after the event");
      }
    } catch (JsonEOFException e) {
      throw new InputException(
          file, line, to - from + 1L, "the line ends in the middle; expected a whole JSON object");
    } catch (JsonProcessingException e) {
      throw new InputException(
          file,
          line,
          e.getLocation() == null ? 0 : e.getLocation().getColumnNr(),
          e.getOriginalMessage() + "; expected one JSON object a line");
    }
  }

  private void readEvent(JsonParser parser) throws IOException {
    event.clear();
    bystanderFunction = null;
    Object rest = null;
    String name = parser.nextFieldName();
    while (name != null) {
      JsonToken token = parser.nextToken();
      switch (name) {
        case "process" -> readProcess(parser, token);
        case "type" -> readType(parser, token);
        case "f" -> readFunction(parser, token);
        case "key" -> readKey(parser, token);
        case "value" -> rest = readValue(parser, token);
        case "time" -> event.timeNanos = integer(parser, token, "time in nanoseconds");
        case "index" -> event.index = integer(parser, token, "an index");
        case "error" -> event.error = String.valueOf(readAny(parser, token));
        default -> parser.skipChildren();
      }
      name = parser.nextFieldName();
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new HistoryException("the event does not end; expected }");
    }
    if (event.bystander != null) {
      event.finish(rest, bystanderFunction);
    } else {
      event.finish(null, null);
    }
  }

  private void readProcess(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      event.process = parser.getLongValue();
      event.hasProcess = true;
    } else if (token == JsonToken.VALUE_STRING) {
      event.bystander = parser.getText();
    } else {
      throw unexpected(parser, "\"process\" to be an integer, or a name such as \"nemesis\"");
    }
  }

  private void readType(JsonParser parser, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw unexpected(parser, "\"type\" to be invoke, ok, fail or info");
    }
    char[] text = parser.getTextCharacters();
    int at = parser.getTextOffset();
    int length = parser.getTextLength();
    if (length == 6 && text[at] == 'i' && text[at + 2] == 'v' && text[at + 5] == 'e') {
      event.type = EventFields.INVOKE;
    } else if (length == 2 && text[at] == 'o' && text[at + 1] == 'k') {
      event.type = EventFields.OK;
    } else {
      event.setType(parser.getText());
    }
  }

  private void readFunction(JsonParser parser, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw unexpected(parser, "\"f\" to be the function's name");
    }
    if (event.bystander != null) {
      bystanderFunction = parser.getText();
      return;
    }
    event.function =
        builder.functionId(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  private void readKey(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (!token.isScalarValue()) {
      throw unexpected(parser, "\"key\" to be a text or a number");
    }
    event.key =
        builder.keyId(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  private @Nullable Object readValue(JsonParser parser, JsonToken token) throws IOException {
    ValueSlot slot = event.value;
    switch (token) {
      case VALUE_NULL -> slot.clear();
      case VALUE_NUMBER_INT -> slot.setLong(parser.getLongValue());
      case START_OBJECT -> {
        return readObject(parser, slot);
      }
      default -> {
        Object value = readAny(parser, token);
        slot.set(value);
        return value;
      }
    }
    return null;
  }

  /** Token, owner and TTL go into the slot as numbers; anything else makes a map. */
  private @Nullable Object readObject(JsonParser parser, ValueSlot slot) throws IOException {
    long token = NONE;
    long owner = NONE;
    long ttl = NONE;
    Map<String, @Nullable Object> others = null;
    String name = parser.nextFieldName();
    boolean empty = name == null;
    while (name != null) {
      JsonToken at = parser.nextToken();
      boolean number = at == JsonToken.VALUE_NUMBER_INT;
      if (number && name.equals("token")) {
        token = parser.getLongValue();
      } else if (number && name.equals("owner")) {
        owner = parser.getLongValue();
      } else if (number && name.equals("ttl")) {
        ttl = parser.getLongValue();
      } else {
        others = others == null ? new LinkedHashMap<>() : others;
        others.put(name, readAny(parser, at));
      }
      name = parser.nextFieldName();
    }
    if (others == null && !empty) {
      slot.setLock(token, owner, ttl);
      return null;
    }
    Map<String, @Nullable Object> all = others == null ? new LinkedHashMap<>() : others;
    put(all, "token", token);
    put(all, "owner", owner);
    put(all, "ttl", ttl);
    Object value = Values.ofMap(all);
    slot.set(value);
    return value;
  }

  private static void put(Map<String, @Nullable Object> map, String name, long value) {
    if (value != NONE) {
      map.put(name, value);
    }
  }

  private @Nullable Object readAny(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_STRING -> parser.getText();
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          list.add(readAny(parser, next));
        }
        yield list;
      }
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
          map.put(name, readAny(parser, parser.nextToken()));
        }
        yield Values.ofMap(map);
      }
      default -> throw unexpected(parser, "a value");
    };
  }

  private long integer(JsonParser parser, JsonToken token, String expected) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw unexpected(parser, expected + " as an integer");
    }
    return parser.getLongValue();
  }

  private InputException unexpected(JsonParser parser, String expected) throws IOException {
    JsonLocation at = parser.currentTokenLocation();
    return new InputException(
        file, line, at.getColumnNr(), "found " + parser.getText() + "; expected " + expected);
  }
}
