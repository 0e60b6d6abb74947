/** The durable log, hard state and snapshots of one peer, kept in append-only MapDB files. */
@NullMarked
package io.holdfast.server.storage;

import org.jspecify.annotations.NullMarked;
