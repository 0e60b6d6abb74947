/** A disk in memory for tests and simulators: it knows what a power cut may leave of it. */
@NullMarked
package io.holdfast.server.storage.testing;

import org.jspecify.annotations.NullMarked;
