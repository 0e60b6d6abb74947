/** The judge: whether a recorded history is linearizable, and the evidence for it. */
@NullMarked
package io.holdfast.checker;

import org.jspecify.annotations.NullMarked;
