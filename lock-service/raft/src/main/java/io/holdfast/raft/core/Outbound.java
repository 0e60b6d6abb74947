package io.holdfast.raft.core;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message;
import java.util.List;

/** One message for one or more peers; it is encoded once. */
public record Outbound(List<PeerId> receivers, Message message) {}
