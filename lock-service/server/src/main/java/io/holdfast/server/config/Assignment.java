package io.holdfast.server.config;

/**
 * One value as it was written somewhere.
 *
 * @param key the key as written there: an environment variable keeps its own name
 * @param value stripped; may be empty
 * @param source where: a file with its line, an environment variable, a flag
 */
record Assignment(String key, String value, String source) {}
