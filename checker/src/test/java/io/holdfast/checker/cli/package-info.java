/** Tests of the command line. */
@NullMarked
package io.holdfast.checker.cli;

import org.jspecify.annotations.NullMarked;
