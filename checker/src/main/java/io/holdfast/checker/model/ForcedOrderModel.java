package io.holdfast.checker.model;

import org.jspecify.annotations.Nullable;

/**
 * A model of a lock for which the order of grants and releases can be told without a search. An
 * operation that has the {@linkplain LockForm form} of the rules must be no {@link Model#problem}
 * to it; others may be, and where they are not the search decides.
 */
public interface ForcedOrderModel {
  /** The rules that force the order; {@code null} when this lock has none. */
  @Nullable LockRules forcedOrder();
}
