package io.holdfast.checker.history;

/** What the process was told about its operation. */
public enum Outcome {
  /** It took effect, and the output is what it returned. */
  OK,
  /** It did not take effect because of what it found; what that was is up to the model. */
  FAIL,
  /** It definitely did not take effect, and says nothing about the object. */
  NOT_DONE,
  /** Nobody knows: it may take effect at any time after its invocation, or never. */
  UNKNOWN
}
