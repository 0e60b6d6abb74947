package io.holdfast.raft.driver;

/**
 * What a {@link NodeRunner} or a simulator turns: a {@link RaftNode}, or a layer that wraps one and
 * does its own work before and after each of the node's turns.
 */
public interface EventLoop {
  /** One step: takes what arrived, lets time pass, emits. Never blocks. */
  void turn(long nowNanos);

  /** When {@link #turn} must be called at the latest if nothing arrives. */
  long nextWakeNanos();

  /** Sets what is called, by any thread, when something arrives between two turns. */
  void onWork(Runnable wakeUp);
}
