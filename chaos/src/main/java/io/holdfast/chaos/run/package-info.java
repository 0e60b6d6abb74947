/** One attack from beginning to end, and the judgement of what its clients saw. */
@NullMarked
package io.holdfast.chaos.run;

import org.jspecify.annotations.NullMarked;
