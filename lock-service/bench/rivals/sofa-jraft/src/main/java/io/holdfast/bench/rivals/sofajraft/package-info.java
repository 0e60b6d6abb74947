/** SOFAJRaft as one of the systems compared. */
@NullMarked
package io.holdfast.bench.rivals.sofajraft;

import org.jspecify.annotations.NullMarked;
