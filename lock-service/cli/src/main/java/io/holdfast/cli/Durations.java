package io.holdfast.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as people write them: {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}. */
final class Durations implements ITypeConverter<Duration> {
  /** Stands for a wait without an end. */
  static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private static final Pattern FORM = Pattern.compile("(\\d{1,12})(ms|s|m|h)");

  @Override
  public Duration convert(String text) {
    String given = text.toLowerCase(Locale.ROOT);
    if (given.equals("forever")) {
      return FOREVER;
    }
    if (given.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = FORM.matcher(given);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration: write a number with a unit, as in 500ms, 10s, 2m, 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  /** The value of {@code waitMillis} in a request. */
  static long waitMillis(Duration wait) {
    return wait.equals(FOREVER) ? -1 : wait.toMillis();
  }
}
