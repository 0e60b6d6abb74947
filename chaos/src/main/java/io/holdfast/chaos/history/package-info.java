/** Writes down what clients asked and were told, in the format the checker reads. */
@NullMarked
package io.holdfast.chaos.history;

import org.jspecify.annotations.NullMarked;
