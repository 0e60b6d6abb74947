/** Reads recorded histories from files of several formats. */
@NullMarked
package io.holdfast.checker.input;

import org.jspecify.annotations.NullMarked;
