package io.holdfast.checker.explain;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tells of a history's operations in sentences. Safe for use by many threads. */
public final class Narrator {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int SENTENCES_MAX = 12;

  private final Model<?> model;
  private final History history;
  private final long start;

  /** Tells of this history's operations in the model's words. */
  public Narrator(Model<?> model, History history) {
    this.model = model;
    this.history = history;
    start = history.size() == 0 ? 0 : history.invokedNanos(0);
  }

  /** Who did what, without times. */
  public String brief(int id) {
    Operation operation = history.operation(id);
    return who(operation) + model.describe(operation);
  }

  /** Who did what, and from when to when. */
  public String full(int id) {
    Operation operation = history.operation(id);
    StringBuilder text = new StringBuilder(brief(id)).append(" (");
    if (operation.isPending()) {
      text.append("invoked at ").append(invoked(id)).append(", never answered");
    } else {
      text.append(invoked(id)).append(" to ").append(returned(id));
    }
    int line = history.invokedLine(id);
    if (line > 0) {
      text.append(", line ").append(line);
    }
    return text.append(')').toString();
  }

  /** When the operation was invoked, counted from the first event of the history. */
  public String invoked(int id) {
    return history.isTimed() ? time(history.invokedNanos(id)) : "event " + history.invokedAt(id);
  }

  /** When the operation returned, counted from the first event of the history. */
  public String returned(int id) {
    return history.isTimed() ? time(history.returnedNanos(id)) : "event " + history.returnedAt(id);
  }

  /** A point in time, counted from the first event of the history. */
  public String time(long nanos) {
    return String.format(Locale.ROOT, "%.6f s", (nanos - start) / NANOS_PER_SECOND);
  }

  /** Each of the operations, and which of them came before which because they did not overlap. */
  public List<String> story(int[] ids) {
    List<String> sentences = new ArrayList<>();
    for (int id : ids) {
      if (sentences.size() == SENTENCES_MAX) {
        sentences.add("And " + (ids.length - SENTENCES_MAX) + " more operations.");
        break;
      }
      sentences.add(full(id) + ".");
    }
    addOrder(ids, sentences);
    return sentences;
  }

  private void addOrder(int[] ids, List<String> sentences) {
    int limit = sentences.size() + SENTENCES_MAX;
    for (int earlier : ids) {
      for (int later : ids) {
        if (sentences.size() < limit && precedesDirectly(earlier, later, ids)) {
          sentences.add(
              quoted(earlier)
                  + " comes before "
                  + quoted(later)
                  + ": the first returned at "
                  + returned(earlier)
                  + ", the second was invoked at "
                  + invoked(later)
                  + ".");
        }
      }
    }
  }

  private String quoted(int id) {
    return '"' + brief(id) + '"';
  }

  private boolean precedesDirectly(int earlier, int later, int[] ids) {
    if (!precedes(earlier, later)) {
      return false;
    }
    for (int between : ids) {
      if (precedes(earlier, between) && precedes(between, later)) {
        return false;
      }
    }
    return true;
  }

  private boolean precedes(int earlier, int later) {
    return history.returnedAt(earlier) < history.invokedAt(later);
  }

  private static String who(Operation operation) {
    return operation.process() < 0 ? "The service's " : "Process " + operation.process() + "'s ";
  }
}
