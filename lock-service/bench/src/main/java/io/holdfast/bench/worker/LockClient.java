package io.holdfast.bench.worker;

/** One competitor for one lock, used by one thread only. */
public interface LockClient {
  /** Waits for the lock as long as it takes. */
  void acquire() throws Exception;

  /** Gives back what the last {@link #acquire} got. */
  void release() throws Exception;
}
