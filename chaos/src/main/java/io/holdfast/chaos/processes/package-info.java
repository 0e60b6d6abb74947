/** A cluster of real peer processes on this machine, with links that can be cut. */
@NullMarked
package io.holdfast.chaos.processes;

import org.jspecify.annotations.NullMarked;
