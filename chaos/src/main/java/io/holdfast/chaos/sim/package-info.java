/**
 * A whole cluster with its clients in one thread and virtual time: everything that happens, faults
 * included, follows from one seed.
 */
@NullMarked
package io.holdfast.chaos.sim;

import org.jspecify.annotations.NullMarked;
