package io.holdfast.checker.verdict;

/** How a partition was decided. */
public enum Method {
  /** The lock fast path: tokens or holds force the order of the writes. */
  FORCED_ORDER,
  /** The general search. */
  SEARCH
}
