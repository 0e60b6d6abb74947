package io.holdfast.server.storage;

import java.io.Closeable;
import java.io.IOException;
import java.util.SortedSet;

/**
 * The one directory the storage lives in, as narrow as it can be: everything below MapDB goes
 * through it, so that a test or a simulator can be the disk. What is created, renamed or deleted is
 * durable only after {@link #forceDirectory()}; what is written to a file only after {@link
 * DiskFile#force()}.
 */
public interface DiskFiles {
  /** Names of the files in the directory. */
  SortedSet<String> list() throws IOException;

  /** Creates a file, or empties the one of this name. */
  DiskFile create(String name) throws IOException;

  /**
   * Opens a file for reading and writing.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  DiskFile open(String name) throws IOException;

  /** Renames a file atomically, over another of the new name. */
  void rename(String from, String to) throws IOException;

  void delete(String name) throws IOException;

  void forceDirectory() throws IOException;

  /** How messages name a file to the operator. */
  String describe(String name);

  /** One open file. Used by one thread at a time. */
  interface DiskFile extends Closeable {
    void write(long offset, byte[] bytes, int from, int length) throws IOException;

    /** Returns the number of bytes read, which is smaller than {@code length} only at the end. */
    int read(long offset, byte[] into, int from, int length) throws IOException;

    long size() throws IOException;

    /** Makes what was written durable. */
    void force() throws IOException;
  }
}
