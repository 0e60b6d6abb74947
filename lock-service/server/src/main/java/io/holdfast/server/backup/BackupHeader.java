package io.holdfast.server.backup;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;

/**
 * Where a backup comes from.
 *
 * @param clusterId the cluster whose state it holds
 * @param last the state is that after this entry and before any later one
 * @param configuration who took part then; for people, a restored cluster has members of its own
 */
public record BackupHeader(String clusterId, EntryId last, Configuration configuration) {}
