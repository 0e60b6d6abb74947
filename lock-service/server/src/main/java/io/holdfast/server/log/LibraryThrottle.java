package io.holdfast.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets a logger of a library speak once in ten seconds. Some of them report each broken connection
 * as an error, so that whoever reaches the client port could fill the log.
 */
final class LibraryThrottle extends TurboFilter {
  private final List<String> libraries;
  private final Map<String, RepeatedEvent> byLogger = new ConcurrentHashMap<>();

  LibraryThrottle(List<String> libraries) {
    this.libraries = List.copyOf(libraries);
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable thrown) {
    // A call without a message only asks whether it would be worth while to make one.
    boolean written = format != null && level.isGreaterOrEqual(logger.getEffectiveLevel());
    if (!written || !isOfLibrary(logger.getName())) {
      return FilterReply.NEUTRAL;
    }
    AtomicBoolean speaks = new AtomicBoolean();
    byLogger
        .computeIfAbsent(logger.getName(), name -> new RepeatedEvent())
        .happened(more -> speaks.set(true));
    return speaks.get() ? FilterReply.NEUTRAL : FilterReply.DENY;
  }

  private boolean isOfLibrary(String name) {
    return libraries.stream().anyMatch(name::startsWith);
  }
}
