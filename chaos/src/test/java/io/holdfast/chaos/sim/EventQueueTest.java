package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private record Event(long atNanos, int number) {}

  private final EventQueue queue = new EventQueue();
  private final List<Event> happened = new ArrayList<>();

  private Event plan(long atNanos, int number) {
    Event event = new Event(atNanos, number);
    queue.at(atNanos, () -> happened.add(event));
    return event;
  }

  @Test
  void eventsHappenByTimeAndThenInTheOrderInWhichTheyWerePlanned() {
    SplittableRandom random = new SplittableRandom(1);
    List<Event> planned = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      planned.add(plan(random.nextInt(500), i));
    }
    while (queue.step(1_000)) {}
    planned.sort(Comparator.comparingLong(Event::atNanos).thenComparingInt(Event::number));
    assertThat(happened).isEqualTo(planned);
  }

  @Test
  void whatIsPlannedForThePastHappensNowBehindWhatWasPlannedForNow() {
    queue.at(
        10,
        () -> {
          plan(10, 1);
          plan(3, 2);
          plan(10, 3);
        });
    while (queue.step(10)) {}
    assertThat(happened).extracting(Event::number).containsExactly(1, 2, 3);
    assertThat(queue.now()).isEqualTo(10);
  }

  @Test
  void whatIsCancelledDoesNotHappen() {
    queue.at(1, () -> happened.add(new Event(1, 1))).cancel();
    plan(2, 2);
    assertThat(queue.step(5)).isTrue();
    assertThat(queue.step(5)).isFalse();
    assertThat(happened).extracting(Event::number).containsExactly(2);
    assertThat(queue.now()).as("time passes to where it was asked to").isEqualTo(5);
  }
}
