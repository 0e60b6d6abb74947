/**
 * What clients do to a cluster under attack, without threads, clocks or random sources of their
 * own.
 */
@NullMarked
package io.holdfast.chaos.workload;

import org.jspecify.annotations.NullMarked;
