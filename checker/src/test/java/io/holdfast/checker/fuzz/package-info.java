/** Random small histories and a naive judge to hold the checker against. */
@NullMarked
package io.holdfast.checker.fuzz;

import org.jspecify.annotations.NullMarked;
