package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;

/** Words that several models need for operations they do not understand. */
final class Problems {
  private Problems() {}

  static String unknownFunction(Model<?> model, Operation operation, String expected) {
    return "unknown operation \""
        + operation.function()
        + "\" for model "
        + model.name()
        + "; expected "
        + expected;
  }

  static String badInput(Operation operation, String expected) {
    return operation.function()
        + " is invoked with value "
        + operation.input()
        + "; expected "
        + expected;
  }

  static String badOutput(Operation operation, String expected) {
    return operation.function()
        + " completes with value "
        + operation.output()
        + "; expected "
        + expected;
  }

  /** How an operation's description ends that did not simply succeed. */
  static String ending(Operation operation) {
    return switch (operation.outcome()) {
      case OK -> "";
      case FAIL -> " was refused";
      case NOT_DONE -> " was not done";
      case UNKNOWN -> " of unknown outcome";
    };
  }
}
