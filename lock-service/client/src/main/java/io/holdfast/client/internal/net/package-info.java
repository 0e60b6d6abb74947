/** Time, threads and network of a client in production: one thread, non-blocking sockets. */
@NullMarked
package io.holdfast.client.internal.net;

import org.jspecify.annotations.NullMarked;
