package io.holdfast.bench.worker;

import java.nio.file.Path;
import java.util.List;

/**
 * One member of a replicated log in this process, with {@link CommandMap} as its state machine.
 * Safe for use by several threads.
 */
public interface RaftMember extends AutoCloseable {
  /** Makes a member; has a public constructor without parameters. */
  interface Factory {
    /**
     * Starts one member; does not wait for the others.
     *
     * @param number from 0
     * @param ports one for each member, on {@link Members#HOST}
     * @param folder the member's own, on the disk that is measured
     */
    RaftMember start(int number, List<Integer> ports, Path folder) throws Exception;

    /** What runs, with its version. */
    String version();
  }

  /** Hears how a command ended; may be called by any thread. */
  interface Completion {
    /** It is durable on a majority and was applied here. */
    void applied();

    /** It is not known to be applied. */
    void failed(String why);
  }

  /** Whether commands can be submitted here. */
  boolean leads();

  /** Replicates a command. The array is not used again by the caller. */
  void submit(byte[] command, Completion completion) throws Exception;

  /** Called when everything that there is to submit for now was submitted, by the same thread. */
  default void submittedAll() {}

  @Override
  void close();
}
