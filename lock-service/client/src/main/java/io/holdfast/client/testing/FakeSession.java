package io.holdfast.client.testing;

import io.holdfast.api.Reply;
import io.holdfast.api.RequestId;
import io.holdfast.client.spi.ClientRuntime.Cancellable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session of the service in memory. */
final class FakeSession {
  final long id;
  final long ttlMillis;
  final String owner;
  final String nonce;

  /** Final answers by request, so that a retry gets the same one. */
  final Map<RequestId, Reply> answers = new HashMap<>();

  /** Time-outs of waits by request. */
  final Map<RequestId, Cancellable> waits = new HashMap<>();

  @Nullable Cancellable expiry;
  @Nullable FakeConnection attached;

  FakeSession(long id, long ttlMillis, String owner, String nonce) {
    this.id = id;
    this.ttlMillis = ttlMillis;
    this.owner = owner;
    this.nonce = nonce;
  }

  /** The request id without the mark that travels with it. */
  static RequestId bare(RequestId id) {
    return id instanceof RequestId.Sequence number ? RequestId.of(number.sequence()) : id;
  }
}
