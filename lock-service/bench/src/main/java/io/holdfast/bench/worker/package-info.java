/**
 * Runs one system's members and clients, and loads them. One process for each system, so that each
 * has the libraries it was built for. Uses nothing but the JDK and HdrHistogram.
 */
@NullMarked
package io.holdfast.bench.worker;

import org.jspecify.annotations.NullMarked;
