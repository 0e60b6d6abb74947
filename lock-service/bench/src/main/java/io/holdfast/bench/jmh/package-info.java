/** Benchmarks of single steps on the way of a pair, with what each allocates. */
@NullMarked
package io.holdfast.bench.jmh;

import org.jspecify.annotations.NullMarked;
