package io.holdfast.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.holdfast.server.config.LogFormat;
import io.holdfast.server.config.LogLevel;
import java.io.OutputStream;
import java.util.List;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Sets up the log of the process. In code rather than in a file, so that the two keys of the
 * configuration are all there is to set, and no file found on a class path changes it.
 */
public final class Logging {
  // Line ends within a message or a stack trace are folded: one event is one line.
  private static final String TEXT_PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level PEER %logger{0} -"
          + " %replace(%msg%replace(%kvp){'^(?=.)',' '}){'[\\r\\n]+',' | '}"
          + "%replace(%replace(%ex){'^(?=.)',' | '}){'[\\r\\n]+',' | '}%nopex%n";

  /** Libraries that speak at INFO of what only their developers need to know. */
  private static final List<String> QUIET =
      List.of("io.netty", "io.vertx", "org.jgroups", "org.mapdb");

  private Logging() {}

  /** Sends the log of the whole process to standard error. */
  public static void configure(LogFormat format, LogLevel level, String peer) {
    configure(format, level, peer, System.err);
  }

  static void configure(LogFormat format, LogLevel level, String peer, OutputStream target) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext context)) {
      throw new IllegalStateException("the log is not Logback's but " + factory.getClass());
    }
    context.reset();
    LibraryThrottle throttle = new LibraryThrottle(QUIET);
    throttle.setContext(context);
    throttle.start();
    context.addTurboFilter(throttle);
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setName("process");
    appender.setEncoder(encoder(format, peer, context));
    appender.setOutputStream(target);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.valueOf(level.name()));
    root.addAppender(appender);
    for (String library : QUIET) {
      context.getLogger(library).setLevel(level == LogLevel.ERROR ? Level.ERROR : Level.WARN);
    }
  }

  private static Encoder<ILoggingEvent> encoder(
      LogFormat format, String peer, LoggerContext context) {
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case JSON -> new JsonLineEncoder(peer);
          case TEXT -> {
            PatternLayoutEncoder text = new PatternLayoutEncoder();
            text.setPattern(TEXT_PATTERN.replace("PEER", peer));
            yield text;
          }
        };
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }
}
