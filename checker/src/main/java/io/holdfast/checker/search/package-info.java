/** The general search for an order of the operations that the model allows. */
@NullMarked
package io.holdfast.checker.search;

import org.jspecify.annotations.NullMarked;
