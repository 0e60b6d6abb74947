package io.holdfast.client;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import java.util.Optional;

/**
 * Something was not done ({@link RefusedException}), or perhaps not done ({@link
 * OutcomeUnknownException}).
 */
public abstract sealed class HoldfastException extends RuntimeException
    permits RefusedException, OutcomeUnknownException {
  private static final long serialVersionUID = 1L;

  private final transient Reply.Failed detail;

  HoldfastException(Reply.Failed detail) {
    super(detail.message());
    this.detail = detail;
  }

  /** What went wrong, as the protocol has it. */
  public ErrorCode code() {
    return detail.error();
  }

  /** The field of the request that is to blame, if one is. */
  public Optional<String> field() {
    return Optional.ofNullable(detail.field());
  }

  /** The value of that field, shortened, if there is one. */
  public Optional<String> value() {
    return Optional.ofNullable(detail.value());
  }

  Reply.Failed detail() {
    return detail;
  }
}
