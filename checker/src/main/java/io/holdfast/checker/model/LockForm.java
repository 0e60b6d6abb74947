package io.holdfast.checker.model;

import static io.holdfast.checker.history.LockValue.NONE;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Outcome;

/**
 * Tells from the columns of a history, without an object for each operation, whether operations of
 * a lock have the form from which the order of its grants is told. Such an operation is no {@link
 * Model#problem} to a {@link ForcedOrderModel}.
 */
public final class LockForm {
  private final History history;
  private final LockRules rules;
  private final byte[] functions;

  /** The forms of this history's operations by these rules. */
  public LockForm(History history, LockRules rules) {
    this.history = history;
    this.rules = rules;
    functions = functionCodes(history);
  }

  /**
   * A letter for each of the history's functions, by its number: {@code a}cquire, {@code
   * t}ryAcquire, {@code r}elease, {@code g} for read, {@code k}eepAlive, {@code e}xpire; 0 for
   * others.
   */
  public static byte[] functionCodes(History history) {
    byte[] codes = new byte[history.functions().size()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] =
          switch (history.functions().get(i)) {
            case "acquire" -> 'a';
            case "tryAcquire" -> 't';
            case "release" -> 'r';
            case "read" -> 'g';
            case "keepAlive" -> 'k';
            case "expire" -> 'e';
            default -> 0;
          };
    }
    return codes;
  }

  /** Whether the operation has the form. */
  public boolean isGood(int id) {
    byte function = functions[history.functionId(id)];
    if (!rules.tokens()) {
      return function == 'a' || function == 't' || function == 'r';
    }
    return switch (function) {
      case 'a', 't' -> (!isOk(id) || history.outputToken(id) > 0) && hasGoodTtl(id);
      case 'r', 'e' -> !history.hasInput(id) || history.inputToken(id) > 0;
      case 'g' -> !isOk(id) || history.outputToken(id) >= 0;
      case 'k' -> hasGoodTtl(id);
      default -> false;
    };
  }

  private boolean isOk(int id) {
    return history.outcome(id) == Outcome.OK;
  }

  private boolean hasGoodTtl(int id) {
    long ttl = history.outputTtlMillis(id);
    return ttl == NONE || (ttl >= 0 && ttl <= LockRules.TTL_MILLIS_MAX);
  }
}
