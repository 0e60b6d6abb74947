package io.holdfast.client;

import java.util.Optional;

/**
 * Who leads.
 *
 * @param session the leader's session
 * @param owner its owner within the session
 * @param token its fencing token: that of a later leader is larger
 * @param value what it published, if it did
 */
public record Leader(long session, String owner, long token, Optional<String> value) {}
