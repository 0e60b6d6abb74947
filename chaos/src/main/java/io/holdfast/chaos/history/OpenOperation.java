package io.holdfast.chaos.history;

import io.holdfast.chaos.history.Recorder.Ending;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An operation that has begun and not ended. The first ending counts; later ones are ignored. */
public final class OpenOperation {
  private final Recorder recorder;
  private final long process;
  private final String function;
  private final String key;
  private final AtomicBoolean ended = new AtomicBoolean();

  OpenOperation(Recorder recorder, long process, String function, String key) {
    this.recorder = recorder;
    this.process = process;
    this.function = function;
    this.key = key;
  }

  public long process() {
    return process;
  }

  public String function() {
    return function;
  }

  public String key() {
    return key;
  }

  /** It took effect, and this is the answer. */
  public void ok(@Nullable Object value) {
    end(Ending.OK, value, null);
  }

  /** A refusal that tells something: of a {@code tryAcquire} that somebody else held the lock. */
  public void fail() {
    end(Ending.FAIL, null, null);
  }

  /** It had no effect, and nothing was observed. */
  public void fail(String error) {
    end(Ending.FAIL, null, error);
  }

  /** Nobody knows: it may take effect at any time, or never. */
  public void info(String error) {
    end(Ending.INFO, null, error);
  }

  /**
   * Ends it by an exception: {@code fail} if that says nothing was done, otherwise {@code info}.
   */
  public void failed(Throwable thrown) {
    Outcomes.Failure failure = Outcomes.failure(thrown);
    if (failure.definite()) {
      fail(failure.error());
    } else {
      info(failure.error());
    }
  }

  private void end(Ending ending, @Nullable Object value, @Nullable String error) {
    if (ended.compareAndSet(false, true)) {
      recorder.complete(this, ending, value, error);
    }
  }
}
