package io.holdfast.server.storage;

import io.holdfast.raft.spi.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of the local file system. */
final class LocalDiskFiles implements DiskFiles {
  static final String LOCK_FILE = "LOCK";
  private final Path directory;

  LocalDiskFiles(Path directory) {
    this.directory = directory;
  }

  /** Creates the directory where it is missing, durably. */
  void createDirectory() throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    Path existing = absolute;
    while (existing != null && !Files.isDirectory(existing)) {
      existing = existing.getParent();
    }
    Files.createDirectories(absolute);
    for (Path created = absolute;
        created != null && !created.equals(existing);
        created = created.getParent()) {
      Path parent = created.getParent();
      if (parent != null) {
        force(parent);
      }
    }
  }

  /** Keeps other processes, and other users within this process, out until it is closed. */
  Closeable lock() throws IOException {
    Path file = directory.resolve(LOCK_FILE);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      channel.close();
      throw new StorageException(
          "data directory "
              + directory
              + " is in use: file "
              + file
              + " is locked. Stop the other process, or give this peer a directory of its own");
    }
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public SortedSet<String> list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new LocalFile(
        FileChannel.open(
            directory.resolve(name),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new LocalFile(
        FileChannel.open(
            directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        directory.resolve(from),
        directory.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public void forceDirectory() throws IOException {
    force(directory);
  }

  @Override
  public String describe(String name) {
    return directory.resolve(name).toString();
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private record LocalFile(FileChannel channel) implements DiskFile {
    @Override
    public void write(long offset, byte[] bytes, int from, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
      long position = offset;
      while (buffer.hasRemaining()) {
        position += channel.write(buffer, position);
      }
    }

    @Override
    public int read(long offset, byte[] into, int from, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(into, from, length);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + length - buffer.remaining()) < 0) {
          break;
        }
      }
      return length - buffer.remaining();
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
