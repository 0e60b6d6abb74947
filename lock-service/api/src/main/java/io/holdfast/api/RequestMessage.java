package io.holdfast.api;

/**
 * A request as it travels on the stream.
 *
 * @param id the client's number for the request, at least 1, unique among those in flight on the
 *     connection
 */
public record RequestMessage(long id, Request request) {}
