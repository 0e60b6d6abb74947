package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.HardState;
import io.holdfast.raft.PeerId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes of log operations: a tag, then the fields in order, big-endian. */
final class LogCodec {
  /** Raised when a file of the new kind cannot be read by the old code. */
  static final int FORMAT_VERSION = 1;

  private static final byte SEGMENT_START = 1;
  private static final byte SET_HARD_STATE = 2;
  private static final byte MOVE_HEAD = 3;
  private static final byte TRUNCATE_FROM = 4;
  private static final byte APPEND = 5;

  private static final int ENTRY_ID_BYTES = 16;
  private static final int HARD_STATE_BYTES = 8 + 4;
  private static final int ENTRY_HEADER_BYTES = ENTRY_ID_BYTES + 1 + 4;

  private LogCodec() {}

  /** A frame that holds the operations, ready to be sealed. */
  static ByteBuffer encode(List<LogOperation> operations) {
    long bodyBytes = 0;
    for (LogOperation operation : operations) {
      bodyBytes += sizeOf(operation);
    }
    ByteBuffer out = Frame.allocate(Math.toIntExact(bodyBytes));
    for (LogOperation operation : operations) {
      write(out, operation);
    }
    return out;
  }

  /**
   * @throws IllegalArgumentException if the bytes are not encoded operations
   */
  static List<LogOperation> decode(ByteBuffer body) {
    List<LogOperation> operations = new ArrayList<>();
    try {
      while (body.hasRemaining()) {
        operations.add(read(body));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("an operation is cut off", e);
    }
    return operations;
  }

  private static long sizeOf(LogOperation operation) {
    if (operation instanceof LogOperation.SegmentStart start) {
      return 1 + identityBytes(start.identity()) + 8L + HARD_STATE_BYTES + ENTRY_ID_BYTES + 8;
    } else if (operation instanceof LogOperation.SetHardState) {
      return 1 + HARD_STATE_BYTES;
    } else if (operation instanceof LogOperation.MoveHead) {
      return 1 + ENTRY_ID_BYTES;
    } else if (operation instanceof LogOperation.TruncateFrom) {
      return 1 + 8;
    } else if (operation instanceof LogOperation.Append append) {
      long bytes = 1 + 4;
      for (Entry entry : append.entries()) {
        bytes += ENTRY_HEADER_BYTES + entry.payload().length;
      }
      return bytes;
    }
    throw new AssertionError(operation);
  }

  private static void write(ByteBuffer out, LogOperation operation) {
    if (operation instanceof LogOperation.SegmentStart start) {
      out.put(SEGMENT_START);
      writeIdentity(out, start.identity());
      out.putLong(start.previousRecords());
      writeHardState(out, start.hardState());
      writeEntryId(out, start.head());
      out.putLong(start.lastIndex());
    } else if (operation instanceof LogOperation.SetHardState set) {
      writeHardState(out.put(SET_HARD_STATE), set.hardState());
    } else if (operation instanceof LogOperation.MoveHead move) {
      writeEntryId(out.put(MOVE_HEAD), move.head());
    } else if (operation instanceof LogOperation.TruncateFrom truncate) {
      out.put(TRUNCATE_FROM).putLong(truncate.index());
    } else if (operation instanceof LogOperation.Append append) {
      out.put(APPEND).putInt(append.entries().size());
      for (Entry entry : append.entries()) {
        writeEntryId(out, entry.id());
        out.put((byte) entry.type().code()).putInt(entry.payload().length).put(entry.payload());
      }
    }
  }

  private static LogOperation read(ByteBuffer in) {
    byte tag = in.get();
    return switch (tag) {
      case SEGMENT_START ->
          new LogOperation.SegmentStart(
              readIdentity(in), in.getLong(), readHardState(in), readEntryId(in), in.getLong());
      case SET_HARD_STATE -> new LogOperation.SetHardState(readHardState(in));
      case MOVE_HEAD -> new LogOperation.MoveHead(readEntryId(in));
      case TRUNCATE_FROM -> new LogOperation.TruncateFrom(in.getLong());
      case APPEND -> readEntries(in);
      default -> throw new IllegalArgumentException("unknown operation " + tag);
    };
  }

  private static LogOperation readEntries(ByteBuffer in) {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / ENTRY_HEADER_BYTES) {
      throw new IllegalArgumentException("entry count " + count);
    }
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      EntryId id = readEntryId(in);
      EntryType type = EntryType.of(in.get());
      entries.add(new Entry(id, type, readBytes(in, in.getInt())));
    }
    return new LogOperation.Append(entries);
  }

  static int identityBytes(StorageIdentity identity) {
    return 4 + 4 + 4 + utf8(identity).length;
  }

  static void writeIdentity(ByteBuffer out, StorageIdentity identity) {
    byte[] cluster = utf8(identity);
    out.putInt(FORMAT_VERSION).putInt(identity.peerId().value());
    out.putInt(cluster.length).put(cluster);
  }

  /**
   * @throws UnknownFormatException if the file was written by a newer version
   */
  static StorageIdentity readIdentity(ByteBuffer in) {
    int version = in.getInt();
    if (version != FORMAT_VERSION) {
      throw new UnknownFormatException(version);
    }
    PeerId peer = new PeerId(in.getInt());
    return new StorageIdentity(
        new String(readBytes(in, in.getInt()), StandardCharsets.UTF_8), peer);
  }

  private static byte[] utf8(StorageIdentity identity) {
    return identity.clusterId().getBytes(StandardCharsets.UTF_8);
  }

  private static void writeHardState(ByteBuffer out, HardState hardState) {
    PeerId vote = hardState.vote();
    out.putLong(hardState.currentTerm()).putInt(vote == null ? 0 : vote.value());
  }

  private static HardState readHardState(ByteBuffer in) {
    long term = in.getLong();
    int vote = in.getInt();
    @Nullable PeerId votedFor = vote == 0 ? null : new PeerId(vote);
    return new HardState(term, votedFor);
  }

  static void writeEntryId(ByteBuffer out, EntryId id) {
    out.putLong(id.term()).putLong(id.index());
  }

  static EntryId readEntryId(ByteBuffer in) {
    return new EntryId(in.getLong(), in.getLong());
  }

  static byte[] readBytes(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("length " + length + " of " + in.remaining() + " bytes");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** The bytes are of a format this code does not know. */
  static final class UnknownFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnknownFormatException(int version) {
      super("format version " + version + " is not " + FORMAT_VERSION);
    }
  }
}
