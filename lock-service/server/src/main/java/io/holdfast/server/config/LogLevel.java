package io.holdfast.server.config;

/** The least severity that is logged. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG
}
