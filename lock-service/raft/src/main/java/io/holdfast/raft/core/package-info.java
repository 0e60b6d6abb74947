/** The consensus algorithm as a pure state machine: inputs in, one {@link Ready} out. */
@NullMarked
package io.holdfast.raft.core;

import org.jspecify.annotations.NullMarked;
