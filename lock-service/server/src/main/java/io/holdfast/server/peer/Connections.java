package io.holdfast.server.peer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Which clients are connected, and whose messages wait to be flushed.
 *
 * <p>That a client came, went or takes events again is never refused, however full the loop's
 * mailbox is: a departure that is not heard of would leave its watches and attachments behind for
 * ever. These notices are few: a client comes once and goes once, and is told "not ready" before it
 * says that it is ready again.
 *
 * <p>A client gives its notices and requests in an order, but they come to the loop on two ways.
 * What came is therefore taken up before the requests of a turn, and what went after them, as far
 * as it was known before they were taken: a departure never overtakes a request of the same client,
 * which would be remembered for nobody.
 */
final class Connections {
  private final Queue<ClientChannel> came = new ConcurrentLinkedQueue<>();
  private final Queue<ClientChannel> went = new ConcurrentLinkedQueue<>();
  private final Queue<ClientChannel> readyAgain = new ConcurrentLinkedQueue<>();
  private final List<ClientChannel> going = new ArrayList<>();
  private final Set<ClientChannel> channels = new LinkedHashSet<>();
  private final Set<ClientChannel> toFlush = new LinkedHashSet<>();

  /** Any thread. */
  void noteOpened(ClientChannel channel) {
    came.add(channel);
  }

  /** Any thread. */
  void noteClosed(ClientChannel channel) {
    went.add(channel);
  }

  /** Any thread. */
  void noteResumed(ClientChannel channel) {
    readyAgain.add(channel);
  }

  /** Whether there are notices that no turn has taken up. Any thread. */
  boolean hasNotices() {
    return !came.isEmpty() || !went.isEmpty() || !readyAgain.isEmpty();
  }

  /**
   * Before the requests of a turn are taken.
   *
   * @param hearsAnew whether this turn begins to take everything that has arrived, or goes on with
   *     what an earlier one began with
   */
  void beginTurn(boolean hearsAnew) {
    // Departures first: whoever is found to have gone has been noted as come before.
    if (hearsAnew) {
      drain(went, going::add);
    }
    drain(came, channels::add);
    drain(readyAgain, toFlush::add);
  }

  /**
   * After everything was taken that had arrived when departures were taken up last.
   *
   * @param forget drops what is kept for a client
   */
  void endRequests(Consumer<ClientChannel> forget) {
    for (ClientChannel gone : going) {
      channels.remove(gone);
      forget.accept(gone);
      toFlush.remove(gone);
    }
    going.clear();
  }

  private static void drain(Queue<ClientChannel> from, Consumer<ClientChannel> to) {
    ClientChannel next = from.poll();
    while (next != null) {
      to.accept(next);
      next = from.poll();
    }
  }

  /** The clients of streams; requests over HTTP come and go unannounced. */
  Set<ClientChannel> channels() {
    return channels;
  }

  void toFlush(ClientChannel channel) {
    toFlush.add(channel);
  }

  void flush() {
    if (!toFlush.isEmpty()) {
      List<ClientChannel> touched = List.copyOf(toFlush);
      toFlush.clear();
      touched.forEach(ClientChannel::flush);
    }
  }
}
