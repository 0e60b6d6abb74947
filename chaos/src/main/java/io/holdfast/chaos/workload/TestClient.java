package io.holdfast.chaos.workload;

import io.holdfast.client.HoldfastClient;
import java.util.concurrent.CompletableFuture;

/** A client that can be made to suffer what client processes suffer. Used inside tasks only. */
public interface TestClient {
  /** The client itself; only its asynchronous methods may be used. */
  HoldfastClient api();

  /**
   * Stops the client's own work, keep-alives included, as a pause of its process would. The
   * workload keeps to itself what its application does meanwhile. A pause during a pause lengthens
   * it.
   *
   * @param nanos how long
   */
  void pause(long nanos);

  /** Ends the client as the death of its process would: no session is closed. */
  void crash();

  /** Closes it; its sessions end. Completes when the service knows or time is over. */
  CompletableFuture<Void> close();
}
