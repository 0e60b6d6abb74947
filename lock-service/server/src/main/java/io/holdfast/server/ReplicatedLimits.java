package io.holdfast.server;

import io.holdfast.locks.Command;
import io.holdfast.locks.Limit;
import io.holdfast.locks.Limits;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigKeys;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The limits that are part of the replicated state. Every peer judges by what the log says, so that
 * a new leader brings its own configuration into the log before it is in force.
 */
final class ReplicatedLimits {
  private final Map<Limit, Long> wanted = new EnumMap<>(Limit.class);

  ReplicatedLimits(Config config) {
    wanted.put(Limit.SESSIONS, (long) config.get(ConfigKeys.LIMIT_SESSIONS));
    wanted.put(Limit.LOCKS, (long) config.get(ConfigKeys.LIMIT_LOCKS));
    wanted.put(
        Limit.WAITERS_PER_LOCK,
        Math.min(1_000_000L, config.get(ConfigKeys.LIMIT_WAITERS_PER_LOCK)));
    long perSession = Math.min(1_000_000L, config.get(ConfigKeys.LIMIT_LOCKS_PER_SESSION));
    wanted.put(Limit.HOLDS_PER_SESSION, perSession);
    wanted.put(Limit.WAITS_PER_SESSION, perSession);
    wanted.put(Limit.TTL_FLOOR_MILLIS, (long) config.get(ConfigKeys.SESSION_TTL_MIN_MILLIS));
    wanted.put(Limit.TTL_CEILING_MILLIS, (long) config.get(ConfigKeys.SESSION_TTL_MAX_MILLIS));
  }

  /** The command that puts them in force, if they are not. */
  Optional<Command.Configure> change(Limits inForce) {
    List<Command.Setting> settings = new ArrayList<>();
    wanted.forEach(
        (limit, value) -> {
          if (inForce.get(limit) != value) {
            settings.add(new Command.Setting(limit, value));
          }
        });
    return settings.isEmpty() ? Optional.empty() : Optional.of(new Command.Configure(settings));
  }
}
