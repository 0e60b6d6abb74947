package io.holdfast.server.gateway;

/** What all event loops of one gateway share. Everything in it may be used by any thread. */
record GatewayParts(
    GatewaySettings settings,
    PeerPort peer,
    Admission admission,
    Gatekeeper gatekeeper,
    GatewayMetrics metrics,
    Notices notices) {}
