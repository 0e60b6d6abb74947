package io.holdfast.server.config;

/** How a log event is written. */
public enum LogFormat {
  /** One line for a person. */
  TEXT,
  /** One JSON object a line. */
  JSON
}
