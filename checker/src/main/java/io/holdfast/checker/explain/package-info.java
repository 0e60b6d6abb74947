/** Turns operations and states into sentences, and replays orders step by step. */
@NullMarked
package io.holdfast.checker.explain;

import org.jspecify.annotations.NullMarked;
