/** Holdfast as one of the systems compared. */
@NullMarked
package io.holdfast.bench.holdfast;

import org.jspecify.annotations.NullMarked;
