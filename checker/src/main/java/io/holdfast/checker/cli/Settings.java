package io.holdfast.checker.cli;

import io.holdfast.checker.CheckOptions;
import io.holdfast.checker.input.Format;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * What the command line asks for.
 *
 * @param files the histories
 * @param model name of the model, empty to guess it from each history
 * @param format the format, empty to guess it from each file
 * @param options budgets of the check
 * @param json whether the verdicts go to standard output as JSON
 * @param witness whether the JSON holds the witness orders in full
 * @param report file for the HTML report
 */
record Settings(
    List<Path> files,
    Optional<String> model,
    Optional<Format> format,
    CheckOptions options,
    boolean json,
    boolean witness,
    Optional<Path> report) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern BYTES = Pattern.compile("(\\d{1,9})([kmg])");

  static Settings of(ParseResult parsed) {
    CheckOptions options = CheckOptions.defaults();
    @Nullable String time = parsed.matchedOptionValue("--time-limit", null);
    if (time != null) {
      options = options.withTimeLimit(duration(time));
    }
    @Nullable String memory = parsed.matchedOptionValue("--memory-limit", null);
    if (memory != null) {
      options = options.withMemoryLimitBytes(bytes(memory));
    }
    @Nullable Integer threads = parsed.matchedOptionValue("--threads", null);
    if (threads != null) {
      options = options.withThreads(threads);
    }
    @Nullable String format = parsed.matchedOptionValue("--format", null);
    return new Settings(
        parsed.matchedPositionalValue(0, List.of()),
        Optional.ofNullable(parsed.matchedOptionValue("--model", null)),
        format == null ? Optional.empty() : Optional.of(format(format)),
        options.withFailFast(!parsed.hasMatchedOption("--all-keys")),
        parsed.hasMatchedOption("--json"),
        parsed.hasMatchedOption("--witness"),
        Optional.ofNullable(parsed.matchedOptionValue("--report", null)));
  }

  private static Format format(String name) {
    return Format.named(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown format \"" + name + "\"; expected jsonl, edn, jepsen-log or kv-log"));
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "--time-limit " + text + "; expected a number and a unit, such as 500ms, 60s or 5m");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  private static long bytes(String text) {
    Matcher matcher = BYTES.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "--memory-limit " + text + "; expected a number and a unit, such as 512m or 4g");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "k" -> number << 10;
      case "m" -> number << 20;
      default -> number << 30;
    };
  }
}
