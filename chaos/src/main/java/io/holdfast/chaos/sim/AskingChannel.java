package io.holdfast.chaos.sim;

import io.holdfast.api.Event;
import io.holdfast.server.peer.ClientChannel;

/** A connection of somebody who asks a peer within the simulation, without a network between. */
interface AskingChannel extends ClientChannel {
  /** Not asked for, unless it is overridden. */
  @Override
  default void event(Event event) {}

  @Override
  default boolean isReady() {
    return true;
  }

  /** Nothing is gathered. */
  @Override
  default void flush() {}
}
