/**
 * One peer between its clients and the consensus layer: requests, forwarding, waits, watches and
 * the leader's clock over sessions. All of it lives on the node's event loop and takes time as an
 * argument; only {@code Peer} starts threads.
 */
@NullMarked
package io.holdfast.server.peer;

import org.jspecify.annotations.NullMarked;
