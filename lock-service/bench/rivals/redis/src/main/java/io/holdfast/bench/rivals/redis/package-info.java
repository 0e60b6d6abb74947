/** Redis with Redisson as one of the systems compared. */
@NullMarked
package io.holdfast.bench.rivals.redis;

import org.jspecify.annotations.NullMarked;
