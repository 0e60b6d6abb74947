/** Values shared by the whole of the consensus layer: positions, entries, configurations. */
@NullMarked
package io.holdfast.raft;

import org.jspecify.annotations.NullMarked;
