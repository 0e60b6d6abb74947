package io.holdfast.client.internal;

/**
 * Told once what became of something. Called inside a task of the runtime; must not block.
 *
 * @param <T> type of the result
 */
public interface Completion<T> {
  /** It is done. */
  void succeeded(T value);

  /** It is not, or perhaps not. */
  void failed(CallFailure failure);
}
