/** Tests of the simulator itself, and the runs that every build makes with it. */
@NullMarked
package io.holdfast.chaos.sim;

import org.jspecify.annotations.NullMarked;
