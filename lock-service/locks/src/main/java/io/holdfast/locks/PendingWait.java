package io.holdfast.locks;

import java.util.List;

/**
 * A request that waits.
 *
 * @param items its locks in the order of names; more than one for all-or-nothing requests
 * @param waitMillis how long it may wait, as {@link Command.Acquire#waitMillis} says
 * @param queuedAt index of the entry that put it in the queue
 */
public record PendingWait(
    RequestId request, String owner, List<Command.Item> items, long waitMillis, long queuedAt) {
  public PendingWait {
    items = List.copyOf(items);
  }
}
