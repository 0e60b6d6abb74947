/**
 * Deliberate faults: definitions kept beside the sources, put into copies of them, compiled, and
 * loaded in place of the real classes. The product itself has no switch for any of them.
 */
@NullMarked
package io.holdfast.chaos.planted;

import org.jspecify.annotations.NullMarked;
