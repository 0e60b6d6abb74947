/**
 * A Holdfast in memory with a clock that tests move by hand, for the tests of applications; no
 * threads, no sockets, the same every time.
 */
@NullMarked
package io.holdfast.client.testing;

import org.jspecify.annotations.NullMarked;
