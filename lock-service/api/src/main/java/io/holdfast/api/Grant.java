package io.holdfast.api;

/**
 * One lock of an all-or-nothing acquire.
 *
 * @param token its fencing token
 */
public record Grant(String lock, long token) {}
