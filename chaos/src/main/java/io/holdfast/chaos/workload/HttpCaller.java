package io.holdfast.chaos.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Plain HTTP to some peer of the cluster. Used inside tasks only. */
public interface HttpCaller {
  /**
   * Sends one request, once, to the peer whose turn it is.
   *
   * @param path with leading slash
   * @param body JSON, or null for none
   * @return the answer, a refusal by status included; fails with {@link
   *     io.holdfast.chaos.history.Outcomes.OutcomeException} when there is none, definite if no
   *     connection could be made
   */
  CompletableFuture<Answer> call(String method, String path, @Nullable JsonNode body);

  /** What a peer answered. */
  record Answer(int status, JsonNode body) {}
}
