package io.holdfast.server.backup;

import io.holdfast.locks.LockStateMachine;
import io.holdfast.raft.spi.StateMachine;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Reads a backup from its beginning to its end, and believes nothing in it unchecked. */
public final class BackupReader {
  private final Path file;
  private final CRC32C stateCrc = new CRC32C();
  private long stateBytes;

  private BackupReader(Path file) {
    this.file = file;
  }

  /**
   * What a backup holds.
   *
   * @param machine the state, as it was in the cluster
   * @param stateBytes its size in the file
   */
  public record Backup(BackupHeader header, LockStateMachine machine, long stateBytes) {}

  /**
   * Reads and checks the whole file.
   *
   * @throws BackupException if it cannot be read, is no backup, is of another version, or is
   *     damaged in any place
   */
  public static Backup read(Path file) throws BackupException {
    try (InputStream in = Files.newInputStream(file)) {
      return new BackupReader(file).read(new DataInputStream(new BufferedInputStream(in, 1 << 16)));
    } catch (EOFException cut) {
      throw new BackupException(
          "backup " + file + " is cut off; use another one, it cannot be completed", cut);
    } catch (IOException e) {
      throw new BackupException("backup " + file + " cannot be read: " + e, e);
    }
  }

  private Backup read(DataInputStream in) throws IOException, BackupException {
    byte[] mark = BackupFormat.mark();
    if (!Arrays.equals(in.readNBytes(mark.length), mark)) {
      throw new BackupException(
          file + " is no backup of Holdfast; 'holdfast snapshot save' writes one");
    }
    int version = in.readInt();
    if (version != BackupFormat.VERSION) {
      throw new BackupException(
          "backup "
              + file
              + " has format version "
              + version
              + ", this program reads "
              + BackupFormat.VERSION
              + "; use the program that wrote it");
    }
    Frame first = next(in);
    if (first.type() != BackupFormat.HEADER) {
      throw damaged("it does not begin with its header");
    }
    LockStateMachine machine = new LockStateMachine();
    StateMachine.Restore restore = machine.beginRestore();
    try {
      BackupHeader header = BackupFormat.decodeHeader(first.payload());
      Frame frame = next(in);
      for (; frame.type() == BackupFormat.PIECE; frame = next(in)) {
        stateCrc.update(frame.payload());
        stateBytes += frame.payload().length;
        restore.accept(frame.payload());
      }
      checkEnd(frame, in);
      restore.finish();
      return new Backup(header, machine, stateBytes);
    } catch (IllegalArgumentException invalid) {
      throw damaged(String.valueOf(invalid.getMessage()));
    }
  }

  private record Frame(int type, byte[] payload) {}

  private Frame next(DataInputStream in) throws IOException, BackupException {
    int type = in.readUnsignedByte();
    int length = in.readInt();
    if (length < 0 || length > BackupFormat.payloadBytesMax(type)) {
      throw damaged("a frame of type " + type + " claims " + length + " bytes");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    if (in.readInt() != BackupFormat.checksum(type, payload)) {
      throw damaged("the checksum of a frame is wrong behind byte " + stateBytes + " of the state");
    }
    return new Frame(type, payload);
  }

  private void checkEnd(Frame frame, DataInputStream in) throws IOException, BackupException {
    if (frame.type() != BackupFormat.END || frame.payload().length != 12) {
      throw damaged("a frame of type " + frame.type() + " follows the state");
    }
    ByteBuffer end = ByteBuffer.wrap(frame.payload());
    if (end.getLong() != stateBytes || end.getInt() != (int) stateCrc.getValue()) {
      throw damaged("its state is not the one that was written");
    }
    if (in.read() != -1) {
      throw damaged("bytes follow its end");
    }
  }

  private BackupException damaged(String how) {
    return new BackupException("backup " + file + " is damaged: " + how + "; use another one");
  }
}
