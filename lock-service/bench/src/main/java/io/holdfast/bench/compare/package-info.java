/** The comparison program: the same work on Holdfast and on its peers, in turns, in one table. */
@NullMarked
package io.holdfast.bench.compare;

import org.jspecify.annotations.NullMarked;
