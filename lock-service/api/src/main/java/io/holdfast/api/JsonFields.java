package io.holdfast.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, read in a single pass in whatever order they come, then taken one
 * by one by those who know what they should be. What was not taken is an unknown field. The first
 * problem met is thrown as a {@link ProtocolException} that names field, value and fix.
 */
final class JsonFields {
  private static final int FIELDS_MAX = 32;
  private static final int VALUE_CHARS_SHOWN_MAX = 64;

  /** Stands for an array's element that is neither string nor object; no field can use it. */
  private static final Object UNFIT = new Object();

  private enum Type {
    INTEGER("a whole number"),
    HUGE("a number out of range"),
    FRACTION("a number with a fraction"),
    STRING("a string"),
    BOOLEAN("a boolean"),
    NULL("null"),
    OBJECT("an object"),
    ARRAY("an array"),
    /** Given outside the JSON (path, query): a string that may stand for a number or boolean. */
    TEXT("a text");

    private final String described;

    Type(String described) {
      this.described = described;
    }
  }

  private final @Nullable JsonFields parent;
  private final String place;
  private String[] names = new String[8];
  private Type[] types = new Type[8];
  private Object[] values = new Object[8];
  private long[] numbers = new long[8];
  private int size;
  private int taken;
  private Reply.@Nullable Failed problem;
  private final List<String> asked = new ArrayList<>(12);

  private JsonFields(@Nullable JsonFields parent, String place) {
    this.parent = parent;
    this.place = place;
  }

  /** An object without fields. */
  static JsonFields empty() {
    return new JsonFields(null, "");
  }

  /** Reads the object whose opening brace is the parser's current token. */
  static JsonFields read(JsonParser parser) throws IOException {
    return read(parser, null, "");
  }

  private static JsonFields read(JsonParser parser, @Nullable JsonFields parent, String place)
      throws IOException {
    JsonFields fields = new JsonFields(parent, place);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (fields.accepts(name)) {
        fields.add(name, parser, token);
      } else {
        parser.skipChildren();
      }
    }
    return fields;
  }

  private boolean accepts(String name) {
    if (find(name) >= 0) {
      complain(ErrorCode.INVALID_REQUEST, name, null, "stands twice; send it once");
      return false;
    }
    if (size == FIELDS_MAX) {
      complain(ErrorCode.UNKNOWN_FIELD, name, null, "is one field too many; remove it");
      return false;
    }
    return true;
  }

  private void add(String name, JsonParser parser, JsonToken token) throws IOException {
    int at = slot(name);
    switch (token) {
      case VALUE_NUMBER_INT -> {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          set(at, Type.HUGE, parser.getText());
        } else {
          set(at, Type.INTEGER, null);
          numbers[at] = parser.getLongValue();
        }
      }
      case VALUE_NUMBER_FLOAT -> set(at, Type.FRACTION, parser.getText());
      case VALUE_STRING -> set(at, Type.STRING, parser.getText());
      case VALUE_TRUE -> set(at, Type.BOOLEAN, true);
      case VALUE_FALSE -> set(at, Type.BOOLEAN, false);
      case VALUE_NULL -> set(at, Type.NULL, null);
      case START_OBJECT -> set(at, Type.OBJECT, read(parser, this, name + "."));
      case START_ARRAY -> set(at, Type.ARRAY, readArray(name, parser));
      default -> throw new IllegalStateException("no value begins with " + token);
    }
  }

  private List<Object> readArray(String name, JsonParser parser) throws IOException {
    List<Object> elements = new ArrayList<>();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      if (token == JsonToken.START_OBJECT) {
        elements.add(read(parser, this, name + "[" + elements.size() + "]."));
      } else if (token == JsonToken.VALUE_STRING) {
        elements.add(parser.getText());
      } else {
        parser.skipChildren();
        elements.add(UNFIT);
      }
      token = parser.nextToken();
    }
    return elements;
  }

  private void set(int at, Type type, @Nullable Object value) {
    types[at] = type;
    values[at] = value;
  }

  private int slot(String name) {
    if (size == names.length) {
      names = Arrays.copyOf(names, size * 2);
      types = Arrays.copyOf(types, size * 2);
      values = Arrays.copyOf(values, size * 2);
      numbers = Arrays.copyOf(numbers, size * 2);
    }
    names[size] = name;
    return size++;
  }

  /** Adds what the request line says; a field given in the body as well is refused. */
  void addGiven(Map<String, String> given) {
    given.forEach(
        (name, text) -> {
          if (accepts(name)) {
            set(slot(name), Type.TEXT, text);
          }
        });
  }

  boolean has(String name) {
    return find(name) >= 0;
  }

  long requiredLong(String name, long min, long max) {
    return longAt(require(name), name, min, max);
  }

  long optionalLong(String name, long min, long max, long otherwise) {
    int at = take(name);
    return at < 0 ? otherwise : longAt(at, name, min, max);
  }

  int requiredInt(String name, int min, int max) {
    return (int) requiredLong(name, min, max);
  }

  int optionalInt(String name, int min, int max, int otherwise) {
    return (int) optionalLong(name, min, max, otherwise);
  }

  boolean requiredBoolean(String name) {
    return booleanAt(require(name), name);
  }

  boolean optionalBoolean(String name, boolean otherwise) {
    int at = take(name);
    return at < 0 ? otherwise : booleanAt(at, name);
  }

  /** A text without control characters, of 1 to so many bytes. */
  String requiredName(String name, int bytesMax) {
    return checked(name, stringAt(require(name), name), 1, bytesMax);
  }

  /** A text without control characters, of at most so many bytes. */
  String optionalName(String name, int bytesMax, String otherwise) {
    int at = take(name);
    return at < 0 ? otherwise : checked(name, stringAt(at, name), 0, bytesMax);
  }

  /** A text of any characters, of at most so many bytes. */
  String requiredText(String name, int bytesMax) {
    return checkedText(name, stringAt(require(name), name), bytesMax);
  }

  /** A text of any characters, of at most so many bytes, or null. */
  @Nullable String optionalText(String name, int bytesMax) {
    int at = take(name);
    return at < 0 ? null : checkedText(name, stringAt(at, name), bytesMax);
  }

  String requiredLock(String name) {
    return checkedLock(name, stringAt(require(name), name));
  }

  @Nullable String optionalLock(String name) {
    int at = take(name);
    return at < 0 ? null : checkedLock(name, stringAt(at, name));
  }

  List<String> requiredLocks(String name, int max) {
    List<Object> elements = elementsAt(require(name), name, max);
    List<String> locks = new ArrayList<>(elements.size());
    for (Object element : elements) {
      String where = name + "[" + locks.size() + "]";
      if (!(element instanceof String lock)) {
        throw wrong(where, null, "must be a string");
      }
      if (locks.contains(lock)) {
        throw wrong(where, lock, "stands twice; name each lock once");
      }
      locks.add(checkedLock(where, lock));
    }
    if (locks.isEmpty()) {
      throw wrong(name, "[]", "must name at least one lock");
    }
    return locks;
  }

  List<String> optionalTexts(String name, int max, int bytesMax) {
    int at = take(name);
    if (at < 0) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (Object element : elementsAt(at, name, max)) {
      String where = name + "[" + texts.size() + "]";
      if (!(element instanceof String text)) {
        throw wrong(where, null, "must be a string");
      }
      texts.add(checkedText(where, text, bytesMax));
    }
    return texts;
  }

  JsonFields requiredObject(String name) {
    return objectAt(require(name), name);
  }

  @Nullable JsonFields optionalObject(String name) {
    int at = take(name);
    return at < 0 ? null : objectAt(at, name);
  }

  List<JsonFields> requiredObjects(String name, int max) {
    return objectsAt(require(name), name, max);
  }

  List<JsonFields> optionalObjects(String name, int max) {
    int at = take(name);
    return at < 0 ? List.of() : objectsAt(at, name, max);
  }

  /** A number or a text, as request ids are. */
  @Nullable RequestId optionalRequestId(String name, String acknowledgedName) {
    int at = take(name);
    if (at < 0) {
      return null;
    }
    if (types[at] == Type.INTEGER) {
      long sequence = longAt(at, name, 1, Long.MAX_VALUE);
      return new RequestId.Sequence(sequence, optionalLong(acknowledgedName, 0, sequence, 0));
    }
    if (types[at] != Type.STRING && types[at] != Type.TEXT) {
      throw wrong(name, shown(at), "must be a whole number or a string");
    }
    return new RequestId.Key(checked(name, (String) values[at], 1, Limits.REQUEST_KEY_BYTES_MAX));
  }

  RequestId requiredRequestId(String name) {
    RequestId id = optionalRequestId(name, "");
    if (id == null) {
      throw wrong(name, null, "is missing; add it");
    }
    return id;
  }

  <T> T requiredOneOf(String name, Map<String, T> byWireName) {
    return oneOf(require(name), name, byWireName);
  }

  <T> T optionalOneOf(String name, Map<String, T> byWireName, T otherwise) {
    int at = take(name);
    return at < 0 ? otherwise : oneOf(at, name, byWireName);
  }

  private <T> T oneOf(int at, String name, Map<String, T> byWireName) {
    String text = stringAt(at, name);
    T found = byWireName.get(text);
    if (found == null) {
      throw wrong(name, shorten(text), "must be one of " + String.join(", ", byWireName.keySet()));
    }
    return found;
  }

  /** Throws the first problem met while reading, if there was one. */
  void throwProblem() {
    if (problem != null) {
      throw new ProtocolException(problem);
    }
  }

  /** Throws if something stands in the object that nobody asked for. */
  void finish() {
    throwProblem();
    if (taken == size) {
      return;
    }
    for (int at = 0; at < size; at++) {
      if (!asked.contains(names[at])) {
        String known = asked.isEmpty() ? "there are none here" : "known here: " + knownNames();
        complain(
            ErrorCode.UNKNOWN_FIELD, names[at], null, "is not known; remove it (" + known + ")");
        throwProblem();
      }
    }
  }

  /** A failure that blames a field. */
  ProtocolException wrong(String name, @Nullable String value, String fix) {
    return new ProtocolException(failed(ErrorCode.INVALID_REQUEST, name, value, fix));
  }

  private String knownNames() {
    return String.join(", ", asked.stream().filter(name -> !name.isEmpty()).toList());
  }

  private void complain(ErrorCode code, String name, @Nullable String value, String fix) {
    JsonFields root = this;
    while (root.parent != null) {
      root = root.parent;
    }
    if (root.problem == null) {
      root.problem = failed(code, name, value, fix);
    }
  }

  private Reply.Failed failed(ErrorCode code, String name, @Nullable String value, String fix) {
    StringBuilder path = new StringBuilder(shorten(name));
    for (JsonFields at = this; at != null; at = at.parent) {
      path.insert(0, at.place);
    }
    String field = path.toString();
    String message = "field '" + field + "' " + fix + (value == null ? "" : "; it is " + value);
    return Reply.Failed.of(code, field, value, message);
  }

  private int find(String name) {
    for (int at = 0; at < size; at++) {
      // Jackson interns field names, so that the first comparison nearly always decides.
      if (names[at].equals(name)) {
        return at;
      }
    }
    return -1;
  }

  private int take(String name) {
    asked.add(name);
    int at = find(name);
    if (at >= 0) {
      taken++;
    }
    return at;
  }

  private int require(String name) {
    int at = take(name);
    if (at < 0) {
      throwProblem();
      throw wrong(name, null, "is missing; add it");
    }
    return at;
  }

  private long longAt(int at, String name, long min, long max) {
    if (types[at] == Type.HUGE) {
      throw wrong(name, shown(at), "must be " + range(min, max));
    }
    long number = types[at] == Type.TEXT ? parsed(at, name) : numbers[at];
    if (types[at] != Type.INTEGER && types[at] != Type.TEXT) {
      throw wrong(name, shown(at), "must be a whole number, not " + types[at].described);
    }
    if (number < min || number > max) {
      throw wrong(name, Long.toString(number), "must be " + range(min, max));
    }
    return number;
  }

  private long parsed(int at, String name) {
    try {
      return Long.parseLong((String) values[at]);
    } catch (NumberFormatException notANumber) {
      throw wrong(name, shown(at), "must be a whole number");
    }
  }

  private static String range(long min, long max) {
    return max == Long.MAX_VALUE ? "at least " + min : "from " + min + " to " + max;
  }

  private boolean booleanAt(int at, String name) {
    if (types[at] == Type.TEXT && "true".equals(values[at])) {
      return true;
    }
    if (types[at] == Type.TEXT && "false".equals(values[at])) {
      return false;
    }
    if (types[at] != Type.BOOLEAN) {
      throw wrong(name, shown(at), "must be true or false, not " + types[at].described);
    }
    return (Boolean) values[at];
  }

  private String stringAt(int at, String name) {
    if (types[at] != Type.STRING && types[at] != Type.TEXT) {
      throw wrong(name, shown(at), "must be a string, not " + types[at].described);
    }
    return (String) values[at];
  }

  private JsonFields objectAt(int at, String name) {
    if (types[at] != Type.OBJECT) {
      throw wrong(name, shown(at), "must be an object, not " + types[at].described);
    }
    return (JsonFields) values[at];
  }

  private List<Object> elementsAt(int at, String name, int max) {
    if (types[at] != Type.ARRAY) {
      throw wrong(name, shown(at), "must be an array, not " + types[at].described);
    }
    @SuppressWarnings("unchecked") // readArray makes no other lists
    List<Object> elements = (List<Object>) values[at];
    if (elements.size() > max) {
      throw wrong(name, elements.size() + " elements", "must have at most " + max + " elements");
    }
    return elements;
  }

  private List<JsonFields> objectsAt(int at, String name, int max) {
    List<JsonFields> objects = new ArrayList<>();
    for (Object element : elementsAt(at, name, max)) {
      if (!(element instanceof JsonFields fields)) {
        throw wrong(name + "[" + objects.size() + "]", null, "must be an object");
      }
      objects.add(fields);
    }
    return objects;
  }

  private String checked(String name, String text, int bytesMin, int bytesMax) {
    return clean(name, text, Names.textProblem(text, bytesMin, bytesMax));
  }

  private String checkedText(String name, String text, int bytesMax) {
    return clean(name, text, Names.freeTextProblem(text, 0, bytesMax));
  }

  private String checkedLock(String name, String text) {
    return clean(name, text, Names.lockProblem(text));
  }

  private String clean(String name, String text, @Nullable String fault) {
    if (fault != null) {
      throw wrong(name, shorten(text), fault);
    }
    return text;
  }

  private @Nullable String shown(int at) {
    return switch (types[at]) {
      case INTEGER -> Long.toString(numbers[at]);
      case NULL -> "null";
      case OBJECT, ARRAY -> null;
      default -> shorten(String.valueOf(values[at]));
    };
  }

  /** Fit for a message: short, without control characters or halves of a character. */
  private static String shorten(String text) {
    StringBuilder shown = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      if (at == VALUE_CHARS_SHOWN_MAX) {
        return shown.append("...").toString();
      }
      char c = text.charAt(at);
      boolean plain = c >= 0x20 && c < 0xd800 && !(c >= 0x7f && c < 0xa0);
      shown.append(plain ? c : '?');
    }
    return shown.toString();
  }
}
