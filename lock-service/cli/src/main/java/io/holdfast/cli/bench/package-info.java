/** Closed-loop load on a cluster, and what it measures and checks. */
@NullMarked
package io.holdfast.cli.bench;

import org.jspecify.annotations.NullMarked;
