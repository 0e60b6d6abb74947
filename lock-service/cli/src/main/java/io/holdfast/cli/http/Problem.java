package io.holdfast.cli.http;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The service did not do what was asked. The message is a sentence for people that names the field
 * and the fix where there is one.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the caller may assume. */
  public enum Kind {
    /** Nothing took effect and asking again will not help. */
    REFUSED,
    /** It may or may not have taken effect. */
    OUTCOME_UNKNOWN,
    /** No peer could serve; nothing took effect. */
    UNAVAILABLE
  }

  private final Kind kind;

  public Problem(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Reads an answer in {@code application/problem+json}. */
  static Problem of(int status, JsonNode body) {
    String code = body.path("error").asText("");
    String detail = body.path("detail").asText(body.path("title").asText("HTTP status " + status));
    Kind kind =
        switch (status) {
          case 503 -> Kind.UNAVAILABLE;
          case 504 -> Kind.OUTCOME_UNKNOWN;
          default -> Kind.REFUSED;
        };
    return new Problem(kind, code.isEmpty() ? detail : code + ": " + detail);
  }

  public Kind kind() {
    return kind;
  }
}
