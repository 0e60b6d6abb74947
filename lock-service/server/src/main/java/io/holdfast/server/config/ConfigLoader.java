package io.holdfast.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Joins the sources by precedence and reports everything that is wrong with them at once. */
final class ConfigLoader {
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final Config.Builder values = new Config.Builder();
  private final Set<ConfigKey<?>> refused = new HashSet<>();

  Config load(ConfigSources sources) throws ConfigException {
    // Lowest precedence first: a later value replaces an earlier one, but a wrong value is an
    // error even where a later source would have replaced it.
    assign(sources.fromFile(problems), ConfigKey::name);
    assign(sources.fromEnvironment(), ConfigKey::environmentName);
    assign(sources.fromFlags(problems), ConfigKey::name);
    for (ConfigKey<?> key : ConfigKeys.ALL) {
      if (key.isRequired() && !values.isSet(key) && !refused.contains(key)) {
        problems.add(missing(key));
      }
    }
    Config config = values.build();
    problems.addAll(new ConfigChecks(config, refused).problems());
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return config;
  }

  private void assign(List<Assignment> assignments, Function<ConfigKey<?>, String> naming) {
    Map<String, ConfigKey<?>> byName = new HashMap<>();
    ConfigKeys.ALL.forEach(key -> byName.put(naming.apply(key), key));
    for (Assignment assignment : assignments) {
      ConfigKey<?> key = byName.get(assignment.key());
      if (key == null) {
        problems.add(unknown(assignment, byName.keySet()));
      } else {
        assign(key, assignment);
      }
    }
  }

  private <T> void assign(ConfigKey<T> key, Assignment assignment) {
    if (assignment.value().isEmpty()) {
      refuse(key, assignment, Optional.of("it is empty"));
      return;
    }
    try {
      values.set(key, key.parse(assignment.value()), assignment.source());
    } catch (NumberFormatException e) {
      // Its message quotes the value, which may be a secret, and says no more than the range does.
      refuse(key, assignment, Optional.empty());
    } catch (IllegalArgumentException e) {
      refuse(key, assignment, Optional.ofNullable(e.getMessage()));
    }
  }

  private void refuse(ConfigKey<?> key, Assignment assignment, Optional<String> detail) {
    refused.add(key);
    String shown = key.isSecret() ? "(hidden)" : "\"" + assignment.value() + "\"";
    problems.add(
        new ConfigProblem(
            key.name(),
            assignment.source(),
            key.name()
                + " = "
                + shown
                + " is not valid: expected "
                + key.expected()
                + detail.map(text -> "; " + text).orElse("")));
  }

  private static ConfigProblem unknown(Assignment assignment, Set<String> names) {
    String advice =
        NearestName.to(assignment.key(), names)
            .map(nearest -> "did you mean " + nearest + "?")
            .orElse("the keys are listed in docs/configuration.md");
    return new ConfigProblem(
        assignment.key(), assignment.source(), "unknown key " + assignment.key() + "; " + advice);
  }

  private static ConfigProblem missing(ConfigKey<?> key) {
    return new ConfigProblem(
        key.name(),
        "configuration",
        key.name()
            + " is not set: expected "
            + key.expected()
            + "; set it in the file, as "
            + key.environmentName()
            + " or with --set "
            + key.name()
            + "=...");
  }
}
