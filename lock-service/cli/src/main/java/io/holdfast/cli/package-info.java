/** The {@code holdfast} command: its sub-commands and how they print. */
@NullMarked
package io.holdfast.cli;

import org.jspecify.annotations.NullMarked;
