package io.holdfast.server.peer;

import io.holdfast.api.Reply;
import io.holdfast.server.backup.BackupHeader;

/**
 * Takes one backup as it is made. The methods that give something are called on the peer's loop and
 * must return at once; the two questions may be asked by any thread.
 */
public interface BackupSink {
  /** Whether it takes more now. When it does again, {@link Peer#backupResumed} has to be called. */
  boolean isReady();

  /** Whether nobody wants the rest any more. */
  boolean isCancelled();

  /** The backup begins; its bytes follow. */
  void begin(BackupHeader header);

  /** The next bytes of the file. */
  void bytes(byte[] bytes);

  /** That was all of it. */
  void end();

  /** There will be no backup, or no more of it when it had begun. Nothing else follows. */
  void failed(Reply.Failed why);
}
