/** What the consensus layer asks of its surroundings: log storage, transport, state machine. */
@NullMarked
package io.holdfast.raft.spi;

import org.jspecify.annotations.NullMarked;
