package io.holdfast.checker.model;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.LockValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The models by their names. */
public final class Models {
  /** The names that {@link #named} knows. */
  public static final List<String> NAMES =
      List.of(
          "register",
          "cas-register",
          "kv",
          "mutex",
          "owner-mutex",
          "reentrant-mutex",
          "fenced-lock",
          "dense-fenced-lock",
          "leased-lock",
          "rw-lock",
          "semaphore",
          "queue",
          "set",
          "counter");

  private Models() {}

  /**
   * The model of this name, perhaps with a parameter after a colon: {@code register:0} and {@code
   * cas-register:0} for the value at first, {@code semaphore:3} for its limit, {@code
   * leased-lock:0.01} for the part of the TTL by which a lease may end early.
   *
   * @throws IllegalArgumentException when there is no such model, or the parameter does not fit
   */
  public static Model<?> named(String specification) {
    int colon = specification.indexOf(':');
    String name = colon < 0 ? specification : specification.substring(0, colon);
    String parameter = colon < 0 ? null : specification.substring(colon + 1);
    Model<?> model =
        switch (name) {
          case "register" -> Register.plain(value(parameter));
          case "cas-register" -> Register.withCas(value(parameter));
          case "semaphore" -> new Semaphore(parameter == null ? 0 : whole(parameter));
          case "leased-lock" -> FencedLock.leased(parameter == null ? 0 : part(parameter));
          default -> withoutParameter(name);
        };
    if (parameter != null
        && !Set.of("register", "cas-register", "semaphore", "leased-lock").contains(name)) {
      throw new IllegalArgumentException(
          "model " + name + " takes no parameter, but was given \"" + parameter + "\"");
    }
    return model;
  }

  private static Model<?> withoutParameter(String name) {
    return switch (name) {
      case "kv" -> new KeyValue();
      case "mutex" -> new Mutex();
      case "owner-mutex" -> OwnerMutex.plain();
      case "reentrant-mutex" -> OwnerMutex.reentrant();
      case "fenced-lock" -> FencedLock.increasing();
      case "dense-fenced-lock" -> FencedLock.dense();
      case "rw-lock" -> new SharedLock();
      case "queue" -> new Queue();
      case "set" -> new SetModel();
      case "counter" -> new Counter();
      default ->
          throw new IllegalArgumentException(
              "unknown model \"" + name + "\"; expected one of " + String.join(", ", NAMES));
    };
  }

  private static @Nullable Object value(@Nullable String parameter) {
    if (parameter == null || parameter.equals("nil") || parameter.equals("null")) {
      return null;
    }
    return parameter.matches("-?\\d{1,18}") ? (Object) Long.valueOf(parameter) : parameter;
  }

  private static long whole(String parameter) {
    if (!parameter.matches("\\d{1,18}")) {
      throw new IllegalArgumentException(
          "semaphore limit \"" + parameter + "\"; expected a whole number");
    }
    return Long.parseLong(parameter);
  }

  private static double part(String parameter) {
    if (!parameter.matches("\\d*\\.?\\d+")) {
      throw new IllegalArgumentException(
          "lease tolerance \"" + parameter + "\"; expected a number from 0 to 1");
    }
    return Double.parseDouble(parameter);
  }

  /**
   * The name of the model that the history seems to be about, by its functions and values; empty
   * when nothing fits.
   */
  public static Optional<String> guess(History history) {
    Set<String> functions = Set.copyOf(history.functions());
    if (functions.contains("acquire") || functions.contains("tryAcquire")) {
      return Optional.of(guessLock(history, functions));
    }
    if (functions.contains("enqueue") || functions.contains("dequeue")) {
      return Optional.of("queue");
    }
    if (functions.contains("get") || functions.contains("put") || functions.contains("append")) {
      return Optional.of("kv");
    }
    if (functions.contains("increment")
        || functions.contains("decrement")
        || functions.contains("addAndGet")) {
      return Optional.of("counter");
    }
    if (functions.contains("add") || functions.contains("contains")) {
      return Optional.of(readsNumber(history) ? "counter" : "set");
    }
    if (functions.contains("cas")) {
      return Optional.of("cas-register");
    }
    return functions.contains("write") || functions.contains("read")
        ? Optional.of("register")
        : Optional.empty();
  }

  private static boolean readsNumber(History history) {
    int read = history.functions().indexOf("read");
    for (int id = 0; read >= 0 && id < history.size(); id++) {
      if (history.functionId(id) == read && history.operation(id).output() instanceof Long) {
        return true;
      }
    }
    return false;
  }

  /** Whether the value has a token that is no number: for the model to reject, not to pass over. */
  private static boolean speaksOfToken(@Nullable Object output) {
    return output instanceof Map<?, ?> map && map.containsKey("token");
  }

  private static String guessLock(History history, Set<String> functions) {
    boolean tokens = false;
    boolean leases = functions.contains("keepAlive");
    for (int id = 0; id < history.size(); id++) {
      tokens |= history.outputToken(id) > 0;
      leases |= history.outputTtlMillis(id) != LockValue.NONE;
      tokens |= !history.outputsPlainLock(id) && speaksOfToken(history.operation(id).output());
      if (history.inputsPlainLock(id)) {
        continue;
      }
      if (history.operation(id).input() instanceof LockValue lock) {
        if (lock.mode() != null) {
          return "rw-lock";
        }
        if (lock.permits() != LockValue.NONE || lock.limit() != LockValue.NONE) {
          return "semaphore";
        }
      }
    }
    if (!tokens) {
      return "owner-mutex";
    }
    return leases && history.isTimed() ? "leased-lock" : "fenced-lock";
  }
}
