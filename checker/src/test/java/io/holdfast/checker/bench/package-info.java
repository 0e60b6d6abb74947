/** Times of the checker per dataset, as a program. */
@NullMarked
package io.holdfast.checker.bench;

import org.jspecify.annotations.NullMarked;
