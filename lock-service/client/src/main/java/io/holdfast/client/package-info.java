/**
 * The Java client: locks, leases with fencing tokens, elections, watches and reads, synchronous and
 * asynchronous.
 */
@NullMarked
package io.holdfast.client;

import org.jspecify.annotations.NullMarked;
