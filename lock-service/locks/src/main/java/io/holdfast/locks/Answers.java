package io.holdfast.locks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exactly-once memory of a session: final answers by sequence, above an acknowledged mark, and
 * by key, in a window of bounded length. Requests that still wait are not here.
 *
 * <p>Sequences stand sorted in arrays, since they arrive almost in order and leave at the front.
 */
final class Answers {
  /** An answer and the fingerprint of the request it was given to. */
  record Answer(CommandResult result, int fingerprint) {}

  private static final long[] NO_SEQUENCES = {};
  private static final Answer[] NO_ANSWERS = {};

  private long acknowledgedBelow;
  private long[] sequences = NO_SEQUENCES;
  private Answer[] answers = NO_ANSWERS;
  private int from;
  private int size;
  private @Nullable Map<String, Answer> byKey;

  long acknowledgedBelow() {
    return acknowledgedBelow;
  }

  @Nullable Answer get(RequestId id) {
    if (id instanceof RequestId.Key key) {
      return byKey == null ? null : byKey.get(key.key());
    }
    int at = find(number(id));
    return at < 0 ? null : answers[at];
  }

  /** Whether the answer, if there was one, is forgotten for certain. */
  boolean isTooOld(RequestId id) {
    return id instanceof RequestId.Sequence sequence && sequence.number() < acknowledgedBelow;
  }

  /** Forgets answers below the mark. */
  void acknowledge(long mark) {
    if (mark <= acknowledgedBelow) {
      return;
    }
    acknowledgedBelow = mark;
    while (size > 0 && sequences[from] < mark) {
      dropFirst();
    }
  }

  /**
   * Remembers an answer, and drops the oldest above the bound: of sequences the lowest, as if the
   * client had acknowledged it. An answer below the mark is not wanted any more.
   */
  void put(RequestId id, Answer answer, Limits limits) {
    if (id instanceof RequestId.Key key) {
      putKey(key.key(), answer, limits.get(Limit.CACHED_KEYS));
    } else if (!isTooOld(id)) {
      putSequence(number(id), answer);
      long cached = limits.get(Limit.CACHED_ANSWERS);
      while (size > cached) {
        acknowledgedBelow = sequences[from] + 1;
        dropFirst();
      }
    }
  }

  private void putKey(String key, Answer answer, long keysMax) {
    if (byKey == null) {
      byKey = new LinkedHashMap<>(4);
    }
    byKey.put(key, answer);
    while (byKey.size() > keysMax) {
      byKey.remove(byKey.keySet().iterator().next());
    }
  }

  private void putSequence(long number, Answer answer) {
    int found = find(number);
    if (found >= 0) {
      answers[found] = answer;
      return;
    }
    int at = -found - 1;
    if (from + size == sequences.length) {
      at -= from;
      makeRoom();
    }
    int behind = from + size - at;
    System.arraycopy(sequences, at, sequences, at + 1, behind);
    System.arraycopy(answers, at, answers, at + 1, behind);
    sequences[at] = number;
    answers[at] = answer;
    size++;
  }

  /** Moves all to the front, into longer arrays unless half of the room is free. */
  private void makeRoom() {
    int capacity =
        size * 2 < sequences.length ? sequences.length : Math.max(2, sequences.length * 2);
    long[] movedSequences = new long[capacity];
    Answer[] movedAnswers = new Answer[capacity];
    System.arraycopy(sequences, from, movedSequences, 0, size);
    System.arraycopy(answers, from, movedAnswers, 0, size);
    sequences = movedSequences;
    answers = movedAnswers;
    from = 0;
  }

  private void dropFirst() {
    answers[from] = null;
    from = --size == 0 ? 0 : from + 1;
  }

  private int find(long number) {
    return Arrays.binarySearch(sequences, from, from + size, number);
  }

  private static long number(RequestId id) {
    return ((RequestId.Sequence) id).number();
  }

  int sequenceCount() {
    return size;
  }

  long sequenceAt(int at) {
    return sequences[from + at];
  }

  Answer answerAt(int at) {
    return answers[from + at];
  }

  /** Keys in the order of their answers. */
  Map<String, Answer> keys() {
    return byKey == null ? Map.of() : byKey;
  }
}
