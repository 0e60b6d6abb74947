package io.holdfast.checker.fuzz;

import io.holdfast.checker.fuzz.Requests.Answer;
import io.holdfast.checker.fuzz.Requests.Request;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Small random histories: concurrent clients of an object that follows the model, with answers that
 * are lost, clients that die, wrong answers, and operations reported too late or too early.
 *
 * @param <S> type of the model's states
 */
public final class RandomHistories<S> {
  private static final int OPERATIONS_MAX = 8;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Model<S> model;
  private final Random random;
  private final String key;
  private S state;

  private static final class Client {
    private long process;
    private int step;
    private @Nullable Request request;
    private @Nullable Answer answer;
    private long invoked;
  }

  private enum Type {
    INVOKE,
    OK,
    FAIL,
    INFO
  }

  private record Event(
      long process, Type type, @Nullable Request request, @Nullable Object value) {}

  private RandomHistories(Model<S> model, long seed, String key) {
    this.model = model;
    this.key = key;
    random = new Random(seed);
    state = model.initial();
  }

  /** The history of this seed, on one key. */
  public static <S> History history(Model<S> model, long seed) {
    RandomHistories<S> generator = new RandomHistories<>(model, seed, "k");
    HistoryBuilder builder = new HistoryBuilder();
    long nanos = 0;
    for (Event event : generator.events()) {
      nanos += generator.random.nextInt(3) * NANOS_PER_MILLI;
      add(builder, event, generator.key, nanos);
    }
    return builder.build();
  }

  private static void add(HistoryBuilder builder, Event event, String key, long nanos) {
    Request request = event.request();
    switch (event.type()) {
      case INVOKE -> {
        if (request != null) {
          builder.invoke(event.process(), request.function(), key, request.input(), nanos);
        }
      }
      case OK -> builder.ok(event.process(), event.value(), nanos);
      case FAIL -> builder.fail(event.process(), event.value(), nanos);
      case INFO -> builder.info(event.process(), nanos);
    }
  }

  private List<Event> events() {
    int clients = 1 + random.nextInt(4);
    int left = 2 + random.nextInt(OPERATIONS_MAX - 1);
    boolean faulty = random.nextInt(3) > 0;
    List<Client> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Client client = new Client();
      client.process = i;
      all.add(client);
    }
    List<Event> events = new ArrayList<>();
    boolean busy = true;
    while (left > 0 || busy) {
      Client client = all.get(random.nextInt(clients));
      if (client.step == 0 && left > 0) {
        left--;
        invoke(client, events);
      } else if (client.step == 1) {
        apply(client, events, faulty);
      } else if (client.step == 2) {
        answer(client, events, clients);
      }
      busy = all.stream().anyMatch(any -> any.step != 0);
    }
    if (faulty && random.nextInt(3) == 0) {
      disorder(events);
    }
    return events;
  }

  private void invoke(Client client, List<Event> events) {
    client.request = Requests.random(model.name(), random);
    client.answer = null;
    client.invoked = events.size() * NANOS_PER_MILLI;
    client.step = 1;
    events.add(new Event(client.process, Type.INVOKE, client.request, null));
  }

  /** The object takes the request, or it is lost. */
  private void apply(Client client, List<Event> events, boolean faulty) {
    client.step = 2;
    Request request = client.request;
    if (request == null || random.nextInt(12) == 0) {
      return;
    }
    List<Answer> answers = new ArrayList<>(Requests.answers(model.name(), request, client.process));
    Collections.shuffle(answers, random);
    if (faulty && random.nextInt(10) == 0) {
      client.answer = answers.get(0);
      return;
    }
    for (Answer candidate : answers) {
      boolean small = random.nextInt(3) > 0 || answers.size() < 4;
      Step<S> step = model.step(state, operation(client, request, candidate, events.size()));
      if (small && step instanceof Step.To<S> to) {
        state = to.state();
        client.answer = candidate;
        return;
      }
      if (small && step instanceof Step.ToAny<S> any) {
        state = any.states().get(random.nextInt(any.states().size()));
        client.answer = candidate;
        return;
      }
    }
  }

  private Operation operation(Client client, Request request, Answer answer, int position) {
    return new Operation(
        0,
        client.process,
        request.function(),
        key,
        request.input(),
        answer.output(),
        answer.outcome(),
        0,
        position,
        client.invoked,
        position * NANOS_PER_MILLI);
  }

  private void answer(Client client, List<Event> events, int clients) {
    client.step = 0;
    Answer answer = client.answer;
    if (answer == null || random.nextInt(8) == 0) {
      boolean told = random.nextInt(4) > 0;
      if (told) {
        events.add(new Event(client.process, Type.INFO, null, null));
      }
      if (!told || random.nextInt(3) > 0) {
        client.process += clients;
      }
      return;
    }
    Type type = answer.outcome() == Outcome.OK ? Type.OK : Type.FAIL;
    events.add(new Event(client.process, type, null, answer.output()));
  }

  /** Some neighbouring events of different clients change places. */
  private void disorder(List<Event> events) {
    for (int i = 0; i < 3 && events.size() > 2; i++) {
      int at = random.nextInt(events.size() - 1);
      if (events.get(at).process() != events.get(at + 1).process()) {
        Collections.swap(events, at, at + 1);
      }
    }
  }
}
