package io.holdfast.client;

import io.holdfast.client.internal.CallFailure;
import io.holdfast.client.internal.Completion;
import io.holdfast.client.spi.ClientRuntime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Carries calls from the application's threads into the core and results back. A synchronous
 * caller's thread is woken straight from the core; futures that applications see are completed by
 * the callback executor, so that no code of theirs runs inside the core.
 */
final class Calls {
  private final ClientRuntime runtime;
  private final Executor callbacks;

  Calls(ClientRuntime runtime, Executor callbacks) {
    this.runtime = runtime;
    this.callbacks = callbacks;
  }

  /** Runs a task inside the core. */
  void inside(Runnable task) {
    runtime.execute(task);
  }

  /** Runs code of the application; after the end of the client on the caller's own thread. */
  void outside(Runnable callback) {
    try {
      callbacks.execute(callback);
    } catch (RejectedExecutionException closed) {
      callback.run();
    }
  }

  /** Starts a call and waits for it; the call itself is bounded by the request timeout. */
  <T> T await(Consumer<Completion<T>> start) throws InterruptedException {
    return await(start, Failures::exception);
  }

  <T> T await(Consumer<Completion<T>> start, Function<CallFailure, HoldfastException> failure)
      throws InterruptedException {
    CompletableFuture<T> future = new CompletableFuture<>();
    inside(() -> start.accept(completing(future, failure)));
    return get(future);
  }

  /** The same without being interruptible; an interrupt is kept for later. */
  <T> T awaitUninterruptibly(
      Consumer<Completion<T>> start, Function<CallFailure, HoldfastException> failure) {
    CompletableFuture<T> future = new CompletableFuture<>();
    inside(() -> start.accept(completing(future, failure)));
    try {
      return future.join();
    } catch (CompletionException failed) {
      throw Failures.here(failed.getCause());
    }
  }

  static <T> T get(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException failed) {
      throw Failures.here(failed.getCause());
    }
  }

  /** Starts a call and returns a future for the application. */
  <T, R> CompletableFuture<R> async(
      Consumer<Completion<T>> start, Function<? super T, ? extends R> result) {
    return async(start, result, Failures::exception);
  }

  <T, R> CompletableFuture<R> async(
      Consumer<Completion<T>> start,
      Function<? super T, ? extends R> result,
      Function<CallFailure, HoldfastException> exception) {
    CompletableFuture<R> future = new CompletableFuture<>();
    inside(
        () ->
            start.accept(
                new Completion<T>() {
                  @Override
                  public void succeeded(T value) {
                    outside(() -> future.complete(result.apply(value)));
                  }

                  @Override
                  public void failed(CallFailure failure) {
                    outside(() -> future.completeExceptionally(exception.apply(failure)));
                  }
                }));
    return future;
  }

  /** Completes a future that no code of the application depends on. */
  static <T> Completion<T> completing(
      CompletableFuture<T> future, Function<CallFailure, HoldfastException> exception) {
    return new Completion<>() {
      @Override
      public void succeeded(T value) {
        future.complete(value);
      }

      @Override
      public void failed(CallFailure failure) {
        if (!future.isDone()) {
          future.completeExceptionally(exception.apply(failure));
        }
      }
    };
  }
}
