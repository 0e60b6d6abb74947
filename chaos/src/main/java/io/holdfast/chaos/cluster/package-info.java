/** A cluster under attack, wherever its peers run. */
@NullMarked
package io.holdfast.chaos.cluster;

import org.jspecify.annotations.NullMarked;
