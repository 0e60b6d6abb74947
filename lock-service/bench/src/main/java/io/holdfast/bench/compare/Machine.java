package io.holdfast.bench.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * What the figures were measured on.
 *
 * @param fsyncMicros median of a 200-byte append and fdatasync on the disk with the data
 */
record Machine(
    String processor, int processors, String system, String java, String disk, long fsyncMicros) {
  private static final int FSYNCS = 501;
  private static final int APPEND_BYTES = 200;

  static Machine examine(Path directory) throws IOException {
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        Files.getFileStore(directory).type(),
        medianFsyncMicros(directory));
  }

  private static String processorName() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException notLinux) {
      return System.getProperty("os.arch");
    }
  }

  private static long medianFsyncMicros(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "fsync", ".probe");
    long[] nanos = new long[FSYNCS];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < FSYNCS; i++) {
        long began = System.nanoTime();
        channel.write(ByteBuffer.allocate(APPEND_BYTES));
        channel.force(false);
        nanos[i] = System.nanoTime() - began;
      }
    } finally {
      Files.delete(file);
    }
    Arrays.sort(nanos);
    return nanos[FSYNCS / 2] / 1_000;
  }

  @Override
  public String toString() {
    return processors
        + " x "
        + processor
        + "; "
        + system
        + "; "
        + java
        + "; "
        + disk
        + ", append and fdatasync "
        + fsyncMicros
        + " us";
  }
}
