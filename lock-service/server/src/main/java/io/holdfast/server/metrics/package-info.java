/** Everything a peer measures, under documented names, for Prometheus. */
@NullMarked
package io.holdfast.server.metrics;

import org.jspecify.annotations.NullMarked;
