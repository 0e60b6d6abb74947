/** Joins the pure core with storage, transport and state machine in one steppable event loop. */
@NullMarked
package io.holdfast.raft.driver;

import org.jspecify.annotations.NullMarked;
