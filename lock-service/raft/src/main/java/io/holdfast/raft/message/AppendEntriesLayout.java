package io.holdfast.raft.message;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.message.Message.AppendEntries;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Entries follow {@code previous} without a gap and their terms never fall (Raft paper §5.3), so an
 * entry travels without its index and with the step of its term. A receiver can therefore not be
 * handed entries that do not follow each other.
 */
final class AppendEntriesLayout {
  /** Term step, type and payload length take at least one byte each. */
  private static final int ENTRY_BYTES_MIN = 3;

  private AppendEntriesLayout() {}

  static void put(AppendEntries message, WireOutput out) {
    out.varint("term", message.term());
    MessageLayout.putId(message.previous(), out);
    out.varint("leaderCommit", message.leaderCommit());
    out.varint("round", message.round());
    out.count("entries", message.entries().size(), MessageCodec.ENTRIES_MAX);
    EntryId before = message.previous();
    for (Entry entry : message.entries()) {
      if (entry.index() - 1 != before.index() || entry.term() < before.term()) {
        throw CodecException.malformed(
            "entries: " + entry.id() + " cannot follow " + before + " in a log");
      }
      out.varint("entry.term", entry.term() - before.term());
      out.int8(entry.type().code());
      out.bytes("entry.payload", entry.payload(), MessageCodec.ENTRY_PAYLOAD_BYTES_MAX);
      before = entry.id();
    }
  }

  static AppendEntries read(WireInput in) {
    long term = in.varint("term");
    EntryId previous = MessageLayout.readId("previous", in);
    long leaderCommit = in.varint("leaderCommit");
    long round = in.varint("round");
    return new AppendEntries(term, previous, readEntries(previous, in), leaderCommit, round);
  }

  private static List<Entry> readEntries(EntryId previous, WireInput in) {
    int count = in.count("entries", MessageCodec.ENTRIES_MAX, ENTRY_BYTES_MIN);
    if (previous.index() > Long.MAX_VALUE - count) {
      throw in.malformed("entries", "indexes after " + previous + " exceed 63 bits");
    }
    List<Entry> entries = new ArrayList<>(count);
    long entryTerm = previous.term();
    for (int i = 1; i <= count; i++) {
      entryTerm += in.varint("entry.term");
      if (entryTerm < 0) {
        throw in.malformed("entry.term", "terms after " + previous + " exceed 63 bits");
      }
      EntryType type = readType(in);
      byte[] payload = in.bytes("entry.payload", MessageCodec.ENTRY_PAYLOAD_BYTES_MAX);
      entries.add(new Entry(new EntryId(entryTerm, previous.index() + i), type, payload));
    }
    return Collections.unmodifiableList(entries);
  }

  private static EntryType readType(WireInput in) {
    int code = in.int8("entry.type");
    try {
      return EntryType.of(code);
    } catch (IllegalArgumentException e) {
      throw in.malformed("entry.type", String.valueOf(e.getMessage()));
    }
  }
}
