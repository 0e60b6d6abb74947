package io.holdfast.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The types of the registry's keys. */
final class ConfigTypes {
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}\\]");

  private ConfigTypes() {}

  static ConfigType<Integer> integer(int min, int max) {
    ConfigType<Long> whole = wholeNumber(min, max);
    return of(whole.expected(), text -> Math.toIntExact(whole.parse(text)));
  }

  static ConfigType<Long> wholeNumber(long min, long max) {
    String expected = String.format(Locale.ROOT, "a whole number from %d to %d", min, max);
    return of(
        expected,
        text -> {
          long value = Long.parseLong(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  static ConfigType<Boolean> bool() {
    return of(
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  /** One of the names of an enum, written in lower case. */
  static <E extends Enum<E>> ConfigType<E> choice(Class<E> family) {
    String names =
        Arrays.stream(family.getEnumConstants())
            .map(ConfigTypes::lowerCase)
            .collect(Collectors.joining(", "));
    return new ConfigType<>() {
      @Override
      public E parse(String text) {
        for (E constant : family.getEnumConstants()) {
          if (lowerCase(constant).equals(text)) {
            return constant;
          }
        }
        throw new IllegalArgumentException();
      }

      @Override
      public String expected() {
        return "one of " + names;
      }

      @Override
      public String format(E value) {
        return lowerCase(value);
      }
    };
  }

  /** Letters, digits, dot, hyphen and underscore: safe in file names, logs and metric labels. */
  static ConfigType<String> identifier(int lengthMax) {
    Pattern pattern = Pattern.compile("[A-Za-z0-9._-]{1," + lengthMax + "}");
    return of(
        "1 to " + lengthMax + " letters, digits, dots, hyphens or underscores",
        text -> {
          if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException();
          }
          return text;
        });
  }

  /** Any text; used for what only its consumer can judge. */
  static ConfigType<String> text() {
    return of("text", Function.identity());
  }

  static ConfigType<String> host() {
    return of(
        "a host name, an IPv4 address or an IPv6 address in brackets",
        text -> {
          if (!isHost(text)) {
            throw new IllegalArgumentException();
          }
          return text;
        });
  }

  static ConfigType<Path> path() {
    return of(
        "a path",
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e.getReason(), e);
          }
        });
  }

  static boolean isHost(String text) {
    return HOST.matcher(text).matches();
  }

  static <T> ConfigType<T> of(String expected, Function<String, T> parser) {
    return new ConfigType<>() {
      @Override
      public T parse(String text) {
        return parser.apply(text);
      }

      @Override
      public String expected() {
        return expected;
      }
    };
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
