/** The primitive fields of the canonical binary encoding; it knows nothing of locks. */
@NullMarked
package io.holdfast.locks.wire;

import org.jspecify.annotations.NullMarked;
