package io.holdfast.bench.worker;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a number of commands under way, in the leader's process. One thread submits; where a
 * command ends, whatever thread that is, it only says so.
 */
final class CommandLoad {
  private static final long END_PATIENCE_SECONDS = 10;

  private final RaftMember member;
  private final int inFlight;
  private final Recorder latencies = new Recorder(Measured.SIGNIFICANT_DIGITS);
  private final BlockingQueue<Boolean> ended = new LinkedBlockingQueue<>();
  private final LongAdder errors = new LongAdder();
  private final AtomicReference<@Nullable String> firstError = new AtomicReference<>();
  private volatile boolean ending;

  CommandLoad(RaftMember member, int inFlight) {
    this.member = member;
    this.inFlight = inFlight;
  }

  /**
   * Warms up, measures, and ends the load.
   *
   * @param pids of all members, this process among them
   */
  Measured measure(int warmUpSeconds, int seconds, List<Long> pids) throws Exception {
    Thread submitting = new Thread(this::submitAll, "commands");
    submitting.start();
    TimeUnit.SECONDS.sleep(warmUpSeconds);
    Measured measured =
        new Windows(latencies, () -> pids, /* driverIsMember= */ true).measure(seconds);
    ending = true;
    submitting.join();
    String first = firstError.get();
    return measured.plus(Measured.errors(errors.sum(), first == null ? "" : first));
  }

  private void submitAll() {
    long number = 0;
    int underWay = 0;
    try {
      while (!ending) {
        while (underWay < inFlight) {
          submit(number++);
          underWay++;
        }
        member.submittedAll();
        ended.take();
        underWay--;
        while (ended.poll() != null) {
          underWay--;
        }
      }
      while (underWay > 0 && ended.poll(END_PATIENCE_SECONDS, TimeUnit.SECONDS) != null) {
        underWay--;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void submit(long number) {
    long began = System.nanoTime();
    RaftMember.Completion completion =
        new RaftMember.Completion() {
          @Override
          public void applied() {
            latencies.recordValue(Math.max(1, (System.nanoTime() - began) / 1_000));
            ended.add(true);
          }

          @Override
          public void failed(String why) {
            errors.increment();
            firstError.compareAndSet(null, why);
            ended.add(false);
          }
        };
    try {
      member.submit(CommandMap.command(number), completion);
    } catch (Exception refused) {
      completion.failed(String.valueOf(refused));
    }
  }
}
