/** The messages peers exchange, as values. */
@NullMarked
package io.holdfast.raft.message;

import org.jspecify.annotations.NullMarked;
