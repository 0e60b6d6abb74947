/**
 * The client port: HTTP with JSON, server-sent events and the stream protocol, in front of a peer.
 * Everything here runs on Vert.x event loops; what crosses to the peer's own loop and back is
 * handed over in batches.
 */
@NullMarked
package io.holdfast.server.gateway;

import org.jspecify.annotations.NullMarked;
