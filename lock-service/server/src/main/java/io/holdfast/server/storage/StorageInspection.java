package io.holdfast.server.storage;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.SnapshotDescriptor;
import java.util.List;

/**
 * What a data directory holds.
 *
 * @param head the log starts after it
 * @param last the end of the log; the head when no entry follows it
 * @param snapshots the readable ones, newest first
 * @param files names of all files in the directory
 */
public record StorageInspection(
    HardState hardState,
    EntryId head,
    EntryId last,
    List<SnapshotDescriptor> snapshots,
    List<String> files) {}
