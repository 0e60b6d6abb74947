/** The command {@code holdfast check}. */
@NullMarked
package io.holdfast.checker.cli;

import org.jspecify.annotations.NullMarked;
