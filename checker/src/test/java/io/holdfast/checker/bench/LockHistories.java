package io.holdfast.checker.bench;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.LockValue;
import java.io.IOException;
import java.io.Writer;
import java.util.Random;

/**
 * Histories of one lock with fencing tokens, as clients that try, hold, release and ask would
 * record them: correct, large, and the same for the same seed.
 */
public final class LockHistories {
  private static final long TTL_MILLIS = 10_000;

  /** Where the events go. */
  private interface Sink {
    void invoke(int process, String function, long token) throws IOException;

    void complete(int process, boolean ok, String function, LockValue value) throws IOException;
  }

  private final Random random;
  private final Sink sink;
  private final int clients;
  private final int[] step;
  private final int[] request;
  private final long[] heldToken;
  private final LockValue[] answer;
  private final boolean[] success;
  private long lastToken;
  private int holder = -1;

  private LockHistories(int clients, long seed, Sink sink) {
    this.clients = clients;
    this.sink = sink;
    random = new Random(seed);
    step = new int[clients];
    request = new int[clients];
    heldToken = new long[clients];
    answer = new LockValue[clients];
    success = new boolean[clients];
  }

  /** The history in memory. */
  public static History history(int clients, int operations, long seed) {
    HistoryBuilder builder = new HistoryBuilder();
    long[] nanos = {0};
    Sink sink =
        new Sink() {
          @Override
          public void invoke(int process, String function, long token) {
            Object value = token == 0 ? null : LockValue.token(token);
            builder.invoke(process, function, "lock", value, nanos[0] += 1000);
          }

          @Override
          public void complete(int process, boolean ok, String function, LockValue value) {
            if (ok) {
              builder.ok(process, value, nanos[0] += 1000);
            } else {
              builder.fail(process, null, nanos[0] += 1000);
            }
          }
        };
    generate(clients, operations, seed, sink);
    return builder.build();
  }

  /** The history as JSON Lines. */
  public static void write(Writer out, int clients, int operations, long seed) throws IOException {
    long[] count = {0};
    Sink sink =
        new Sink() {
          @Override
          public void invoke(int process, String function, long token) throws IOException {
            line(process, "invoke", function, token == 0 ? "null" : "{\"token\":" + token + "}");
          }

          @Override
          public void complete(int process, boolean ok, String function, LockValue value)
              throws IOException {
            line(process, ok ? "ok" : "fail", function, text(value));
          }

          private void line(int process, String type, String function, String value)
              throws IOException {
            out.write("{\"process\":" + process + ",\"type\":\"" + type + "\",\"f\":\"" + function);
            out.write("\",\"key\":\"orders/42\",\"value\":" + value + ",\"time\":");
            out.write(count[0] * 1000 + ",\"index\":" + count[0]++ + "}\n");
          }
        };
    generate(clients, operations, seed, sink);
  }

  private static String text(LockValue value) {
    if (value.token() == LockValue.NONE) {
      return "null";
    }
    String owner = value.owner() == LockValue.NONE ? "" : ",\"owner\":" + value.owner();
    String ttl = value.ttlMillis() == LockValue.NONE ? "" : ",\"ttl\":" + value.ttlMillis();
    return "{\"token\":" + value.token() + owner + ttl + "}";
  }

  private static void generate(int clients, int operations, long seed, Sink sink) {
    try {
      new LockHistories(clients, seed, sink).run(operations);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void run(int operations) throws IOException {
    int left = operations;
    int busy = 0;
    while (left > 0 || busy > 0) {
      int client = random.nextInt(clients);
      switch (step[client]) {
        case 0 -> {
          if (left > 0) {
            left--;
            busy++;
            ask(client);
          }
        }
        case 1 -> apply(client);
        default -> {
          sink.complete(client, success[client], function(client), answer[client]);
          step[client] = 0;
          busy--;
        }
      }
    }
  }

  /** A holder releases as often as it reads, others try as often as they read. */
  private void ask(int client) throws IOException {
    boolean read = random.nextInt(3) == 0;
    request[client] = read ? 2 : heldToken[client] > 0 ? 1 : 0;
    step[client] = 1;
    sink.invoke(client, function(client), request[client] == 1 ? heldToken[client] : 0);
  }

  private String function(int client) {
    return switch (request[client]) {
      case 0 -> "tryAcquire";
      case 1 -> "release";
      default -> "read";
    };
  }

  private void apply(int client) {
    step[client] = 2;
    success[client] = true;
    LockValue nothing =
        new LockValue(
            LockValue.NONE, LockValue.NONE, LockValue.NONE, null, LockValue.NONE, LockValue.NONE);
    switch (request[client]) {
      case 0 -> {
        success[client] = holder < 0;
        answer[client] = nothing;
        if (holder < 0) {
          holder = client;
          heldToken[client] = ++lastToken;
          answer[client] = LockValue.lease(lastToken, TTL_MILLIS);
        }
      }
      case 1 -> {
        holder = -1;
        heldToken[client] = 0;
        answer[client] = nothing;
      }
      default ->
          answer[client] = holder < 0 ? LockValue.token(0) : LockValue.holder(lastToken, holder);
    }
  }
}
