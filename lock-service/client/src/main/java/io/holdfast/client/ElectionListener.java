package io.holdfast.client;

import java.util.Optional;

/** Told who leads, by the client's callback executor. */
public interface ElectionListener {
  /** The leader or its value changed; nobody leads if empty. Told at the beginning as well. */
  void leader(Optional<Leader> leader);

  /** The observation was refused; nothing more comes. */
  default void refused(HoldfastException why) {}
}
