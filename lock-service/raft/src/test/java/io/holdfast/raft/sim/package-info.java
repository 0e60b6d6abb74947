/** A whole cluster in one thread under virtual time: network, disks, crashes, invariants. */
@NullMarked
package io.holdfast.raft.sim;

import org.jspecify.annotations.NullMarked;
