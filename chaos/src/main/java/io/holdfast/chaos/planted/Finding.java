package io.holdfast.chaos.planted;

/**
 * How a planted bug was found.
 *
 * @param seed the seed that found it
 * @param check the check that did, such as {@code I6}
 * @param message what the check said
 */
public record Finding(long seed, String check, String message) {}
