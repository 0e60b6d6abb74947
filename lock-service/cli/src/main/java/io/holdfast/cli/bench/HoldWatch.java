package io.holdfast.cli.bench;

import io.holdfast.client.Lease;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches what the load's own clients hold, and tells when a lock is held twice or a token does not
 * grow. It trusts nothing but what the clients were told. Safe for use by several threads.
 */
public final class HoldWatch {
  private final Map<String, Hold> holds = new ConcurrentHashMap<>();

  /** The newest grant of a lock; {@code lease} is null once its holder began to release it. */
  private record Hold(long token, @Nullable Lease lease) {}

  /**
   * Takes note of a grant.
   *
   * @return what is wrong with it
   */
  public Optional<String> granted(Lease lease) {
    Hold now = new Hold(lease.token(), lease);
    Hold before = holds.put(lease.lock(), now);
    if (before == null) {
      return Optional.empty();
    }
    if (lease.token() <= before.token()) {
      return Optional.of(
          lease.lock() + ": token " + lease.token() + " was granted after " + before.token());
    }
    if (before.lease() != null && before.lease().isValid()) {
      return Optional.of(
          lease.lock()
              + ": token "
              + lease.token()
              + " was granted while token "
              + before.token()
              + " was held");
    }
    return Optional.empty();
  }

  /** Takes note that the holder lets go; called before the release is sent. */
  public void releasing(Lease lease) {
    holds.computeIfPresent(
        lease.lock(),
        (lock, hold) -> hold.token() == lease.token() ? new Hold(hold.token(), null) : hold);
  }

  /** The newest token granted for each lock. */
  public Map<String, Long> newestTokens() {
    Map<String, Long> tokens = new ConcurrentHashMap<>();
    holds.forEach((lock, hold) -> tokens.put(lock, hold.token()));
    return tokens;
  }
}
