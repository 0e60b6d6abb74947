package io.holdfast.bench.worker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A lock service with three members on this machine, and clients of it. Closing it ends every
 * process and connection it started.
 */
public interface LockSystem extends AutoCloseable {
  /** Members of every system. */
  int MEMBERS = 3;

  /** Most connections or sessions that the clients of a system share, spread over its members. */
  int CONNECTIONS_MAX = 8;

  /** Makes a system; has a public constructor without parameters. */
  interface Factory {
    /**
     * Starts the members and waits until they serve.
     *
     * @param directory for data, configuration and logs; on the disk that is measured
     */
    LockSystem start(Path directory) throws Exception;
  }

  /** What runs, with its version. */
  String version() throws Exception;

  /** The members' processes that live now. */
  List<Long> memberPids();

  /**
   * Opens the clients of one slice of load.
   *
   * @param count number of clients
   */
  Clients open(int count) throws Exception;

  /** The clients of one slice. */
  interface Clients extends AutoCloseable {
    /**
     * @param number from 0 to the count that was opened, exclusive
     */
    LockClient client(int number, String lock) throws Exception;

    @Override
    void close() throws IOException;
  }

  /**
   * Which member leads.
   *
   * @return from 0
   * @throws UnsupportedOperationException if the system has no fail-over of its own
   */
  default int leader() throws Exception {
    throw new UnsupportedOperationException("no fail-over of its own");
  }

  /** Ends a member at once (SIGKILL). */
  default void kill(int member) throws Exception {
    throw new UnsupportedOperationException("no fail-over of its own");
  }

  /** Starts a killed member again and waits until it serves. */
  default void restart(int member) throws Exception {
    throw new UnsupportedOperationException("no fail-over of its own");
  }

  @Override
  void close() throws IOException;
}
