package io.holdfast.server.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param key the key as it was written
 * @param source where it came from: a file with its line, an environment variable, a flag
 * @param message what is wrong and what to do about it, naming key and value
 */
public record ConfigProblem(String key, String source, String message) {
  @Override
  public String toString() {
    return source + ": " + message;
  }
}
