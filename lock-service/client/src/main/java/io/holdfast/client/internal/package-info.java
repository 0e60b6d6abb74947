/**
 * The client's logic as a deterministic core: no thread, clock, socket or random source of its own.
 * Not for use by applications.
 */
@NullMarked
package io.holdfast.client.internal;

import org.jspecify.annotations.NullMarked;
