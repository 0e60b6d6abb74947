package io.holdfast.locks;

/** Who holds and who waits: an owner within a session. */
record Asker(SessionRecord session, String owner) {}
