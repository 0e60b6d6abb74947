/** What a leader knows of each peer, and what a candidate knows of each voter. */
@NullMarked
package io.holdfast.raft.tracker;

import org.jspecify.annotations.NullMarked;
