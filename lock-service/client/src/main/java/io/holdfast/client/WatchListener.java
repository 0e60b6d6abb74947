package io.holdfast.client;

import io.holdfast.api.Event;

/** Told what happens to watched locks, by the client's callback executor. */
public interface WatchListener {
  /** Something happened, in the order of the log. */
  void changed(Event.LockChanged change);

  /**
   * Events were lost, because the watch began too far back or the client was away for long: what is
   * known about the locks must be read again.
   *
   * @param index events follow from behind this log index
   */
  default void reset(long index) {}

  /** The watch was refused; nothing more comes. */
  default void refused(HoldfastException why) {}
}
