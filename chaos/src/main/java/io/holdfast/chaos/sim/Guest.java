package io.holdfast.chaos.sim;

import io.holdfast.chaos.workload.Environment;
import java.util.concurrent.CompletableFuture;

/**
 * What takes the place of the simulator's own clients in a run. All methods are called on the
 * thread of the run, in virtual time.
 */
public interface Guest {
  /** The cluster is there; faults begin. */
  void begin(Environment environment);

  /** All faults are healed: begins nothing more; completes when what was under way has ended. */
  CompletableFuture<Void> drain();

  /** After the drain: what must be possible again by now. */
  CompletableFuture<Void> finish();
}
