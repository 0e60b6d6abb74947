/**
 * What the client needs of its surroundings: time, turns, randomness and connections. Simulators
 * and tests bring their own.
 */
@NullMarked
package io.holdfast.client.spi;

import org.jspecify.annotations.NullMarked;
