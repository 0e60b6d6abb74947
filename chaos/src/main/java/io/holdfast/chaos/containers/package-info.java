/**
 * A cluster in Docker containers, with the faults that only a network and a disk of its own allow.
 */
@NullMarked
package io.holdfast.chaos.containers;

import org.jspecify.annotations.NullMarked;
