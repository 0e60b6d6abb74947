/** Tests of reading histories, good and bad. */
@NullMarked
package io.holdfast.checker.input;

import org.jspecify.annotations.NullMarked;
