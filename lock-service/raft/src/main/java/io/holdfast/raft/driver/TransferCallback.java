package io.holdfast.raft.driver;

/** Learns how a leadership transfer ended; exactly one method is called, once, on the loop. */
public interface TransferCallback {
  /** This peer no longer leads; whether the target does shows in {@link NodeListener}. */
  void handedOver();

  /** The transfer was refused or given up; this peer goes on as it was. */
  void failed(String reason);
}
