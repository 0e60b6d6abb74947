package io.holdfast.locks;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers to administrative requests by nonce, oldest first, in a window of bounded length. */
final class AdminAnswers {
  /** One remembered answer. */
  record AdminAnswer(String nonce, CommandResult result) {}

  private final Map<String, AdminAnswer> byNonce = new LinkedHashMap<>();

  @Nullable CommandResult get(String nonce) {
    AdminAnswer answer = byNonce.get(nonce);
    return answer == null ? null : answer.result();
  }

  void add(AdminAnswer answer, long windowMax) {
    byNonce.put(answer.nonce(), answer);
    trim(windowMax);
  }

  void trim(long windowMax) {
    Iterator<AdminAnswer> oldest = byNonce.values().iterator();
    while (byNonce.size() > windowMax) {
      oldest.next();
      oldest.remove();
    }
  }

  int size() {
    return byNonce.size();
  }

  AdminAnswer[] toArray() {
    return byNonce.values().toArray(new AdminAnswer[0]);
  }
}
