package io.holdfast.server.config;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One key of the registry {@link ConfigKeys}.
 *
 * @param <T> the type of its value
 */
public final class ConfigKey<T> {
  /** What every environment variable of the configuration begins with. */
  public static final String ENVIRONMENT_PREFIX = "HOLDFAST_";

  /** What a key without a value of its own means. */
  enum Absence {
    /** The peer does not start without it. */
    REQUIRED,
    /** Its default holds. */
    DEFAULTED,
    /** It stays unset, which its description explains. */
    OPTIONAL
  }

  private final String name;
  private final ConfigType<T> type;
  private final Absence absence;
  private final @Nullable T defaultValue;
  private final String description;
  private final boolean secret;

  private ConfigKey(
      String name,
      ConfigType<T> type,
      Absence absence,
      @Nullable T defaultValue,
      String description,
      boolean secret) {
    this.name = name;
    this.type = type;
    this.absence = absence;
    this.defaultValue = defaultValue;
    this.description = description;
    this.secret = secret;
  }

  static <T> ConfigKey<T> required(String name, ConfigType<T> type, String description) {
    return new ConfigKey<>(name, type, Absence.REQUIRED, null, description, false);
  }

  static <T> ConfigKey<T> defaulted(
      String name, ConfigType<T> type, T defaultValue, String description) {
    return new ConfigKey<>(name, type, Absence.DEFAULTED, defaultValue, description, false);
  }

  static <T> ConfigKey<T> optional(String name, ConfigType<T> type, String description) {
    return new ConfigKey<>(name, type, Absence.OPTIONAL, null, description, false);
  }

  /** An optional key whose value never appears in an error, a log or a listing. */
  static <T> ConfigKey<T> secret(String name, ConfigType<T> type, String description) {
    return new ConfigKey<>(name, type, Absence.OPTIONAL, null, description, true);
  }

  /** The name as it stands in files and flags. */
  public String name() {
    return name;
  }

  /** The name as it stands in the environment. */
  public String environmentName() {
    return ENVIRONMENT_PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** What a value may be. */
  public String expected() {
    return type.expected();
  }

  public String description() {
    return description;
  }

  /** True when the value must not be shown. */
  public boolean isSecret() {
    return secret;
  }

  /** True when the peer does not start without a value. */
  public boolean isRequired() {
    return absence == Absence.REQUIRED;
  }

  /** The text of the default, if there is one. */
  public Optional<String> defaultText() {
    return Optional.ofNullable(defaultValue).map(type::format);
  }

  Optional<T> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  T parse(String text) {
    return type.parse(text);
  }

  String format(T value) {
    return type.format(value);
  }

  @Override
  public String toString() {
    return name;
  }
}
