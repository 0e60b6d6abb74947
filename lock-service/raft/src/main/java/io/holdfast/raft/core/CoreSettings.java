package io.holdfast.raft.core;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.PeerId;

/**
 * What the core must know before it reads its log.
 *
 * @param initialConfiguration in force until the log or a snapshot brings another
 * @param retainedEntries entries before a snapshot that stay in the log; 0 or more
 */
public record CoreSettings(
    PeerId self,
    Configuration initialConfiguration,
    Timing timing,
    ReplicationLimits limits,
    long retainedEntries) {}
