package io.holdfast.checker.input;

import static io.holdfast.checker.history.LockValue.NONE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.HistoryException;
import io.holdfast.checker.history.ValueSlot;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads Holdfast's own format, event by event, without making objects for the usual values. */
final class JsonLinesReader {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final String file;
  private final HistoryBuilder builder = new HistoryBuilder();
  private final EventFields event = new EventFields(builder, true);
  private int line;
  private int lastLine;
  private @Nullable String bystanderFunction;

  JsonLinesReader(String file) {
    this.file = file;
  }

  /** The history in the stream, which is left open. */
  History read(InputStream in) throws IOException {
    try (JsonParser parser = FACTORY.createParser(in)) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      readEvents(parser);
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (HistoryException e) {
      throw new InputException(file, e.line() > 0 ? e.line() : line, 0, e.getMessage());
    }
    return builder.build();
  }

  private InputException malformed(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    if (line > 0 && (at == null || at.getLineNr() > line || isEnd(e))) {
      return new InputException(
          file, line, 0, "the line ends in the middle of an event; expected a whole JSON object");
    }
    return new InputException(
        file,
        at == null ? 1 : at.getLineNr(),
        at == null ? 0 : at.getColumnNr(),
        e.getOriginalMessage() + "; expected one JSON object a line");
  }

  private static boolean isEnd(JsonProcessingException e) {
    return e instanceof com.fasterxml.jackson.core.io.JsonEOFException;
  }

  private void readEvents(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    while (token != null) {
      JsonLocation start = parser.currentTokenLocation();
      line = start.getLineNr();
      builder.atLine(line);
      if (token != JsonToken.START_OBJECT) {
        throw new InputException(
            file, line, start.getColumnNr(), "found " + token + "; expected a JSON object");
      }
      if (line == lastLine) {
        throw new InputException(
            file, line, start.getColumnNr(), "a second event; expected one JSON object a line");
      }
      lastLine = line;
      readEvent(parser);
      line = 0;
      token = parser.nextToken();
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
        file,
        at.getLineNr(),
        at.getColumnNr(),
        "found " + parser.getText() + "; expected " + expected);
  }
}
