package io.holdfast.server.transport;

import java.util.Locale;
import org.jgroups.logging.Log;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what JGroups' server has to say about connections. A warning there is a connection that
 * broke, and anybody who reaches the port can cause one: counted, and said rarely.
 */
final class ConnectionLog implements Log {
  private static final Logger log = LoggerFactory.getLogger(ConnectionLog.class);

  private final Refusals refusals;

  ConnectionLog(Refusals refusals) {
    this.refusals = refusals;
  }

  @Override
  public boolean isFatalEnabled() {
    return true;
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }

  @Override
  public boolean isWarnEnabled() {
    return true;
  }

  @Override
  public boolean isInfoEnabled() {
    return log.isInfoEnabled();
  }

  @Override
  public boolean isDebugEnabled() {
    return log.isDebugEnabled();
  }

  @Override
  public boolean isTraceEnabled() {
    return log.isTraceEnabled();
  }

  @Override
  public void fatal(String msg) {
    refusals.brokenConnection(msg);
  }

  @Override
  public void fatal(String format, Object... args) {
    refusals.brokenConnection(text(format, args));
  }

  @Override
  public void fatal(String msg, Throwable throwable) {
    refusals.brokenConnection(msg + ": " + throwable);
  }

  @Override
  public void error(String msg) {
    fatal(msg);
  }

  @Override
  public void error(String format, Object... args) {
    if (format.contains("graceful close")) {
      debug(format, args); // the other side was gone already
      return;
    }
    fatal(format, args);
  }

  @Override
  public void error(String msg, Throwable throwable) {
    fatal(msg, throwable);
  }

  @Override
  public void warn(String msg) {
    fatal(msg);
  }

  @Override
  public void warn(String format, Object... args) {
    fatal(format, args);
  }

  @Override
  public void warn(String msg, Throwable throwable) {
    fatal(msg, throwable);
  }

  @Override
  public void info(String msg) {
    log.info(msg);
  }

  @Override
  public void info(String format, Object... args) {
    if (log.isInfoEnabled()) {
      log.info(text(format, args));
    }
  }

  @Override
  public void debug(String msg) {
    log.debug(msg);
  }

  @Override
  public void debug(String format, Object... args) {
    if (log.isDebugEnabled()) {
      log.debug(text(format, args));
    }
  }

  @Override
  public void debug(String msg, Throwable throwable) {
    log.debug(msg, throwable);
  }

  @Override
  public void trace(Object obj) {
    log.trace(String.valueOf(obj));
  }

  @Override
  public void trace(String msg) {
    log.trace(msg);
  }

  @Override
  public void trace(String format, Object... args) {
    if (log.isTraceEnabled()) {
      log.trace(text(format, args));
    }
  }

  @Override
  public void trace(String msg, Throwable throwable) {
    log.trace(msg, throwable);
  }

  /** The level is that of the logger of this class. */
  @Override
  public void setLevel(String level) {}

  @Override
  public @Nullable String getLevel() {
    return null;
  }

  private static String text(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }
}
