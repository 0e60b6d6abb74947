/** Faults: how they are made, how it is seen that they were, and how they are healed. */
@NullMarked
package io.holdfast.chaos.nemesis;

import org.jspecify.annotations.NullMarked;
