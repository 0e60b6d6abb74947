package io.holdfast.raft.driver;

import io.holdfast.raft.core.RaftCore;

/** What a node consists of once storage is recovered. */
record NodeParts<R>(
    RaftCore core,
    Requests<R> requests,
    Applier<R> applier,
    SnapshotTaker taker,
    SnapshotSender sender,
    SnapshotReceiver receiver,
    SnapshotRestorer restorer,
    SilenceWatch silence) {}
