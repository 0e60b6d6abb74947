package io.holdfast.server.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The values in force, complete and checked. Immutable. */
public final class Config {
  private static final String DEFAULT_SOURCE = "default";
  private static final String HIDDEN = "(hidden)";

  /** A value and where it came from. */
  private record Sourced(Object value, String source) {}

  private final Map<ConfigKey<?>, Sourced> assigned;

  private Config(Map<ConfigKey<?>, Sourced> assigned) {
    this.assigned = assigned;
  }

  /**
   * Reads all sources.
   *
   * @throws ConfigException with every problem of every source
   */
  public static Config load(ConfigSources sources) throws ConfigException {
    return new ConfigLoader().load(sources);
  }

  /**
   * The value of a key that is required or has a default.
   *
   * @throws IllegalArgumentException for an optional key; use {@link #find}
   */
  public <T> T get(ConfigKey<T> key) {
    return find(key)
        .orElseThrow(() -> new IllegalArgumentException(key + " is optional and has no value"));
  }

  /** The value of a key, empty for an optional one that is not set. */
  public <T> Optional<T> find(ConfigKey<T> key) {
    Sourced sourced = assigned.get(key);
    if (sourced == null) {
      return key.defaultValue();
    }
    @SuppressWarnings("unchecked") // The builder takes a value only together with its own key.
    T value = (T) sourced.value();
    return Optional.of(value);
  }

  /** Where the value of a key came from, in words for an error message. */
  public String sourceOf(ConfigKey<?> key) {
    Sourced sourced = assigned.get(key);
    return sourced == null ? DEFAULT_SOURCE : sourced.source();
  }

  /** The text of every value in force, secrets hidden, in the order of the registry. */
  public Map<String, String> describe() {
    Map<String, String> texts = new LinkedHashMap<>();
    ConfigKeys.ALL.forEach(key -> textOf(key).ifPresent(text -> texts.put(key.name(), text)));
    return texts;
  }

  private <T> Optional<String> textOf(ConfigKey<T> key) {
    return find(key).map(value -> key.isSecret() ? HIDDEN : key.format(value));
  }

  /** Collects values; the only way to a {@link Config}. */
  static final class Builder {
    private final Map<ConfigKey<?>, Sourced> assigned = new LinkedHashMap<>();

    <T> void set(ConfigKey<T> key, T value, String source) {
      assigned.put(key, new Sourced(value, source));
    }

    boolean isSet(ConfigKey<?> key) {
      return assigned.containsKey(key);
    }

    Config build() {
      return new Config(Map.copyOf(assigned));
    }
  }
}
