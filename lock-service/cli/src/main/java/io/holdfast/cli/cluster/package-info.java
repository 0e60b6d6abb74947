/** A cluster of real peer processes on this machine, for trying things out and for tests. */
@NullMarked
package io.holdfast.cli.cluster;

import org.jspecify.annotations.NullMarked;
