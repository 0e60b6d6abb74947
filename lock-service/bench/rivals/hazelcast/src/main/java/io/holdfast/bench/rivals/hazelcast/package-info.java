/** Hazelcast as one of the systems compared. */
@NullMarked
package io.holdfast.bench.rivals.hazelcast;

import org.jspecify.annotations.NullMarked;
