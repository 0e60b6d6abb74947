package io.holdfast.server.transport;

import io.holdfast.raft.message.CodecException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what is refused and says so, loudly at first and then at most once in ten seconds for each
 * kind of trouble: a foreign peer sends the same wrong thing twenty times a second. For any thread.
 */
final class Refusals {
  private static final Logger log = LoggerFactory.getLogger(JGroupsTransport.class);
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Map<CodecException.Reason, Trouble> frames =
      new EnumMap<>(CodecException.Reason.class);
  private final Trouble brokenConnections = new Trouble();
  private final Trouble unencodable = new Trouble();
  private final Trouble strangers = new Trouble();
  private final Trouble listenerFailures = new Trouble();

  /** One kind of trouble: its count, and when it was last spoken of. */
  private static final class Trouble {
    private final LongAdder count = new LongAdder();
    private long quietUntilNanos;
    private long unsaid;

    /** Counts, and returns how often this happened in silence, or -1 to stay silent. */
    synchronized long happened() {
      count.increment();
      long now = System.nanoTime();
      if (quietUntilNanos != 0 && now - quietUntilNanos < 0) {
        unsaid++;
        return -1;
      }
      quietUntilNanos = now + QUIET_NANOS;
      long silent = unsaid;
      unsaid = 0;
      return silent;
    }
  }

  Refusals() {
    for (CodecException.Reason reason : CodecException.Reason.values()) {
      frames.put(reason, new Trouble());
    }
  }

  void frame(Object source, CodecException refusal) {
    Trouble trouble = frames.get(refusal.reason());
    say(
        trouble,
        "refused a frame from {}, {}: {}",
        source,
        refusal.reason(),
        String.valueOf(refusal.getMessage()));
  }

  void brokenConnection(String what) {
    say(brokenConnections, "a peer connection ended: {}", what);
  }

  void unencodable(Object message, CodecException why) {
    say(
        unencodable,
        "dropped one {} that cannot be sent: {}",
        message.getClass().getSimpleName(),
        String.valueOf(why.getMessage()));
  }

  void sentToStranger(Object peer) {
    say(strangers, "dropped a message to {}, which is not in the configuration", peer);
  }

  void listenerFailed(Throwable failure) {
    long silent = listenerFailures.happened();
    if (silent >= 0) {
      log.error("the receiver of messages threw; {} more were not logged", silent, failure);
    }
  }

  Map<CodecException.Reason, Long> refusedFrames() {
    Map<CodecException.Reason, Long> counts = new EnumMap<>(CodecException.Reason.class);
    frames.forEach((reason, trouble) -> counts.put(reason, trouble.count.sum()));
    return counts;
  }

  long brokenConnections() {
    return brokenConnections.count.sum();
  }

  long unencodable() {
    return unencodable.count.sum();
  }

  long sentToStrangers() {
    return strangers.count.sum();
  }

  long listenerFailures() {
    return listenerFailures.count.sum();
  }

  private static void say(Trouble trouble, String format, Object... arguments) {
    long silent = trouble.happened();
    if (silent == 0) {
      log.warn(format, arguments);
    } else if (silent > 0) {
      log.warn(format + " ({} more were not logged)", append(arguments, silent));
    }
  }

  private static Object[] append(Object[] arguments, Object last) {
    Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = last;
    return all;
  }
}
