package io.holdfast.checker.history;

/** What the process was told about its operation. */
public enum Outcome {
  /** It took effect, and the output is what it returned. */
  OK,
  /** It definitely did not take effect; what the refusal observed is up to the model. */
  FAIL,
  /** Nobody knows: it may take effect at any time after its invocation, or never. */
  UNKNOWN
}
