package io.holdfast.locks;

import io.holdfast.locks.wire.Utf8;
import org.jspecify.annotations.Nullable;

/** Checks of what a command says that depend on the configured limits. */
final class Words {
  private Words() {}

  static @Nullable CommandResult refusalOfOwner(State state, String owner) {
    return state.over(Limit.OWNER_BYTES, Utf8.length("owner", owner));
  }
}
