/** The pure core under a microscope: single inputs, single messages. */
@NullMarked
package io.holdfast.raft.core;

import org.jspecify.annotations.NullMarked;
