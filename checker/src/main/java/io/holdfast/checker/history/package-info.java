/** Recorded histories: operations with their times, in the order their events were recorded. */
@NullMarked
package io.holdfast.checker.history;

import org.jspecify.annotations.NullMarked;
