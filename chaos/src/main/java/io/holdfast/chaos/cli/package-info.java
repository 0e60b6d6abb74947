/** The commands that attack a cluster: {@code holdfast simulate} and {@code holdfast chaos}. */
@NullMarked
package io.holdfast.chaos.cli;

import org.jspecify.annotations.NullMarked;
