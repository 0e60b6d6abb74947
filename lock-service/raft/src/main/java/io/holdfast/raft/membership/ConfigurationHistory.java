package io.holdfast.raft.membership;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.PeerId;
import java.util.ArrayList;
import java.util.List;

/**
 * The configurations a log brought, oldest first. A configuration is in force from the moment its
 * entry is appended, committed or not (thesis §4.1); when the entry is truncated, the one before it
 * is in force again.
 */
public final class ConfigurationHistory {
  /** A configuration and the entry that brought it. */
  public record Placed(EntryId entry, Configuration configuration) {}

  private final List<Placed> placed = new ArrayList<>();

  /**
   * @param configuration in force before the first entry of the log
   * @param entry where it came from; {@link EntryId#NONE} for the initial one
   */
  public ConfigurationHistory(EntryId entry, Configuration configuration) {
    placed.add(new Placed(entry, configuration));
  }

  /** The configuration in force. */
  public Configuration effective() {
    return newest().configuration();
  }

  public Placed newest() {
    return placed.get(placed.size() - 1);
  }

  /**
   * @return whether the entry brought a new configuration
   */
  public boolean appended(Entry entry) {
    if (entry.type() != EntryType.CONFIGURATION) {
      return false;
    }
    if (entry.index() <= newest().entry().index()) {
      throw new IllegalStateException(
          "configuration " + entry.id() + " follows " + newest().entry());
    }
    placed.add(new Placed(entry.id(), Configuration.decode(entry.payload())));
    return true;
  }

  /**
   * Entries with this index and above are gone.
   *
   * @return whether another configuration is in force now
   */
  public boolean truncatedFrom(long index) {
    boolean changed = false;
    while (placed.size() > 1 && newest().entry().index() >= index) {
      placed.remove(placed.size() - 1);
      changed = true;
    }
    return changed;
  }

  /** The configuration in force just after the entry at {@code index}. */
  public Placed at(long index) {
    for (int i = placed.size() - 1; i > 0; i--) {
      if (placed.get(i).entry().index() <= index) {
        return placed.get(i);
      }
    }
    return placed.get(0);
  }

  /** Whether the peer votes by the configuration in force at {@code index} or by a later one. */
  public boolean isVoterSince(long index, PeerId peer) {
    Placed first = at(index);
    return placed.stream()
        .filter(it -> it.entry().index() >= first.entry().index())
        .anyMatch(it -> it.configuration().isVoter(peer));
  }

  /** Configurations that no longer matter at or after {@code index} may be forgotten. */
  public void compactedTo(long index) {
    while (placed.size() > 1 && placed.get(1).entry().index() <= index) {
      placed.remove(0);
    }
  }

  /** The log was replaced by a snapshot. */
  public void reset(EntryId entry, Configuration configuration) {
    placed.clear();
    placed.add(new Placed(entry, configuration));
  }
}
