package io.holdfast.server.storage;

import io.holdfast.raft.EntryId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the files are called: {@code seg-<number>.db}, {@code snap-<index>-<term>.db}, and {@code
 * .tmp} in place of {@code .db} until they are whole and durable.
 */
final class FileNames {
  private static final Pattern SEGMENT = Pattern.compile("seg-(\\d{8,18})\\.db");
  private static final Pattern SNAPSHOT = Pattern.compile("snap-(\\d{1,19})-(\\d{1,19})\\.db");
  private static final Pattern TEMPORARY = Pattern.compile("(seg|snap)-[\\d-]+\\.tmp");

  private FileNames() {}

  static String segment(long number) {
    return "seg-%08d.db".formatted(number);
  }

  static String snapshot(EntryId last) {
    return "snap-" + last.index() + "-" + last.term() + ".db";
  }

  static String temporary(String name) {
    return name.substring(0, name.lastIndexOf('.')) + ".tmp";
  }

  static boolean isTemporary(String name) {
    return TEMPORARY.matcher(name).matches();
  }

  static SortedSet<Long> segments(Iterable<String> names) {
    SortedSet<Long> numbers = new TreeSet<>();
    for (String name : names) {
      Matcher matcher = SEGMENT.matcher(name);
      if (matcher.matches()) {
        numbers.add(Long.parseLong(matcher.group(1)));
      }
    }
    return numbers;
  }

  static Optional<EntryId> snapshotOf(String name) {
    Matcher matcher = SNAPSHOT.matcher(name);
    try {
      return matcher.matches()
          ? Optional.of(
              new EntryId(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(1))))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The last entries of the snapshots among the files, newest first. */
  static List<EntryId> snapshots(Iterable<String> names) {
    List<EntryId> found = new ArrayList<>();
    for (String name : names) {
      snapshotOf(name).ifPresent(found::add);
    }
    found.sort(SnapshotStore.NEWEST_FIRST);
    return found;
  }
}
