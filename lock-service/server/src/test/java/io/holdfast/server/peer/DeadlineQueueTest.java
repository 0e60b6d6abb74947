package io.holdfast.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlineQueueTest {
  @Test
  void keysWithTheSameDeadlineComeInTheOrderInWhichTheyWerePut() {
    DeadlineQueue<String> queue = new DeadlineQueue<>();
    queue.put("a", 5);
    queue.put("b", 5);
    queue.put("c", 4);
    queue.put("a", 5);

    assertThat(drain(queue, 5)).containsExactly("c", "b", "a");
  }

  @Test
  void nothingIsDueBeforeItsDeadline() {
    DeadlineQueue<String> queue = new DeadlineQueue<>();
    queue.put("a", 5);

    assertThat(queue.pollDue(4)).isNull();
    assertThat(queue.untilFirstNanos(4)).isEqualTo(1);
    assertThat(queue.pollDue(5)).isEqualTo("a");
    assertThat(queue.untilFirstNanos(5)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aClockThatWrapsAroundKeepsTheOrder() {
    DeadlineQueue<String> queue = new DeadlineQueue<>();
    queue.put("after", Long.MIN_VALUE + 10);
    queue.put("before", Long.MAX_VALUE - 10);

    assertThat(queue.pollDue(Long.MAX_VALUE - 5)).isEqualTo("before");
    assertThat(queue.pollDue(Long.MAX_VALUE - 5)).isNull();
    assertThat(queue.pollDue(Long.MIN_VALUE + 10)).isEqualTo("after");
  }

  @Test
  void randomUseAgreesWithASortedList() {
    Random random = new Random(7);
    DeadlineQueue<Integer> queue = new DeadlineQueue<>();
    Map<Integer, Long> model = new LinkedHashMap<>();
    for (int step = 0; step < 200_000; step++) {
      int key = random.nextInt(200);
      int action = random.nextInt(10);
      if (action < 6) {
        long deadline = random.nextInt(1_000);
        queue.put(key, deadline);
        model.remove(key);
        model.put(key, deadline);
      } else if (action < 9) {
        assertThat(queue.remove(key)).isEqualTo(model.remove(key) != null);
      } else {
        long now = random.nextInt(100);
        assertThat(drain(queue, now)).isEqualTo(dueOf(model, now));
      }
      assertThat(queue.size()).isEqualTo(model.size());
    }
  }

  private static List<Integer> dueOf(Map<Integer, Long> model, long now) {
    List<Integer> due =
        model.entrySet().stream()
            .filter(entry -> entry.getValue() <= now)
            .sorted(Comparator.comparingLong(Map.Entry::getValue))
            .map(Map.Entry::getKey)
            .toList();
    due.forEach(model::remove);
    return due;
  }

  private static <K> List<K> drain(DeadlineQueue<K> queue, long now) {
    List<K> due = new ArrayList<>();
    for (K key = queue.pollDue(now); key != null; key = queue.pollDue(now)) {
      due.add(key);
    }
    return due;
  }
}
