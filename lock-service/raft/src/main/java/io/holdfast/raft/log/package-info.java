/** The replicated log in memory: positions, terms, the conflict search, what is durable. */
@NullMarked
package io.holdfast.raft.log;

import org.jspecify.annotations.NullMarked;
