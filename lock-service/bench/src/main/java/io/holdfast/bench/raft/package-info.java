/** Holdfast's own consensus layer, without the lock service on top, as one of those compared. */
@NullMarked
package io.holdfast.bench.raft;

import org.jspecify.annotations.NullMarked;
