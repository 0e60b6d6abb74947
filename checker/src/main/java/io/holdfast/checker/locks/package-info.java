/** Decides lock histories without a search, where tokens or holds force the order of the writes. */
@NullMarked
package io.holdfast.checker.locks;

import org.jspecify.annotations.NullMarked;
