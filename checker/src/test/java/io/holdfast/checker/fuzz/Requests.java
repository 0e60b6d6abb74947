package io.holdfast.checker.fuzz;

import static io.holdfast.checker.history.LockValue.NONE;

import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What clients of each model ask, and the answers they might get. */
final class Requests {
  private static final int TOKEN_MAX = 6;

  /** A request. */
  record Request(String function, @Nullable Object input) {}

  /** An answer. */
  record Answer(Outcome outcome, @Nullable Object output) {}

  private Requests() {}

  static Request random(String model, RandomGenerator random) {
    return switch (model) {
      case "register" ->
          random.nextBoolean()
              ? new Request("read", null)
              : new Request("write", (long) random.nextInt(3));
      case "cas-register" ->
          switch (random.nextInt(3)) {
            case 0 -> new Request("read", null);
            case 1 -> new Request("write", (long) random.nextInt(3));
            default ->
                new Request("cas", List.of((long) random.nextInt(3), (long) random.nextInt(3)));
          };
      case "kv" ->
          switch (random.nextInt(4)) {
            case 0 -> new Request("put", "" + random.nextInt(3));
            case 1 -> new Request("append", "" + random.nextInt(3));
            default -> new Request("get", null);
          };
      case "queue" ->
          random.nextBoolean()
              ? new Request("enqueue", (long) random.nextInt(3))
              : new Request("dequeue", null);
      case "set" ->
          switch (random.nextInt(4)) {
            case 0 -> new Request("add", (long) random.nextInt(3));
            case 1 -> new Request("remove", (long) random.nextInt(3));
            case 2 -> new Request("contains", (long) random.nextInt(3));
            default -> new Request("read", null);
          };
      case "counter" ->
          switch (random.nextInt(4)) {
            case 0 -> new Request("add", (long) random.nextInt(3));
            case 1 -> new Request("decrement", null);
            case 2 -> new Request("addAndGet", 1L);
            default -> new Request("read", null);
          };
      default -> lock(model, random);
    };
  }

  private static Request lock(String model, RandomGenerator random) {
    int choice = random.nextInt(10);
    if (choice < 2) {
      return new Request("acquire", acquireValue(model, random));
    }
    if (choice < 5) {
      return new Request("tryAcquire", acquireValue(model, random));
    }
    boolean fenced = model.contains("fenced") || model.equals("leased-lock");
    if (choice < 8 || model.contains("mutex") || model.equals("semaphore")) {
      return new Request("release", releaseValue(model, random));
    }
    if (fenced && random.nextInt(4) == 0) {
      return new Request("keepAlive", random.nextBoolean() ? null : token(random));
    }
    if ((fenced || model.equals("rw-lock")) && random.nextInt(4) == 0) {
      return new Request("expire", random.nextInt(4) == 0 ? null : token(random));
    }
    return new Request("read", null);
  }

  private static @Nullable Object acquireValue(String model, RandomGenerator random) {
    return switch (model) {
      case "rw-lock" -> LockValue.mode(random.nextBoolean() ? "shared" : "exclusive");
      case "semaphore" -> new LockValue(NONE, NONE, NONE, null, 1 + random.nextInt(2), 3);
      default -> null;
    };
  }

  private static @Nullable Object releaseValue(String model, RandomGenerator random) {
    if (model.equals("semaphore")) {
      return LockValue.permits(1 + random.nextInt(2));
    }
    boolean tokens =
        model.contains("fenced") || model.equals("leased-lock") || model.equals("rw-lock");
    return !tokens || random.nextInt(6) == 0 ? null : token(random);
  }

  private static LockValue token(RandomGenerator random) {
    return LockValue.token(1 + random.nextInt(TOKEN_MAX));
  }

  /** All answers that a request may get, right or wrong. */
  static List<Answer> answers(String model, Request request, long process) {
    List<Answer> answers = new ArrayList<>();
    switch (request.function()) {
      case "read", "get", "dequeue", "contains", "addAndGet" ->
          observations(model, request, answers);
      case "acquire", "tryAcquire" -> {
        boolean tokens =
            model.contains("fenced") || model.equals("leased-lock") || model.equals("rw-lock");
        for (long token = 1; tokens && token <= TOKEN_MAX; token++) {
          answers.add(
              new Answer(
                  Outcome.OK,
                  model.equals("leased-lock")
                      ? LockValue.lease(token, 1 + (token * 7 + process) % 4)
                      : LockValue.token(token)));
        }
        if (!tokens) {
          answers.add(new Answer(Outcome.OK, null));
        }
        answers.add(new Answer(Outcome.FAIL, null));
      }
      default -> {
        answers.add(new Answer(Outcome.OK, null));
        answers.add(new Answer(Outcome.FAIL, null));
      }
    }
    return answers;
  }

  private static void observations(String model, Request request, List<Answer> answers) {
    switch (model) {
      case "kv" -> {
        for (String text : List.of("", "0", "1", "2", "00", "01", "10", "12", "21", "20")) {
          answers.add(new Answer(Outcome.OK, text));
        }
      }
      case "set" -> {
        if (request.function().equals("contains")) {
          answers.add(new Answer(Outcome.OK, true));
          answers.add(new Answer(Outcome.OK, false));
        } else {
          for (int bits = 0; bits < 8; bits++) {
            List<Object> elements = new ArrayList<>();
            for (long element = 0; element < 3; element++) {
              if ((bits >> element & 1) == 1) {
                elements.add(element);
              }
            }
            answers.add(new Answer(Outcome.OK, elements));
          }
        }
      }
      case "register", "cas-register", "queue", "counter" -> {
        for (long value = model.equals("counter") ? -3 : 0; value < 4; value++) {
          answers.add(new Answer(Outcome.OK, value));
        }
        if (model.equals("queue")) {
          answers.add(new Answer(Outcome.FAIL, null));
        } else if (!model.equals("counter")) {
          answers.add(new Answer(Outcome.OK, null));
        }
      }
      default -> {
        answers.add(new Answer(Outcome.OK, LockValue.token(0)));
        for (long token = 1; token <= TOKEN_MAX; token++) {
          answers.add(new Answer(Outcome.OK, LockValue.token(token)));
          answers.add(new Answer(Outcome.OK, LockValue.holder(token, token % 3)));
        }
      }
    }
  }
}
