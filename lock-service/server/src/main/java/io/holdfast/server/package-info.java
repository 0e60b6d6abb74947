/** One peer process: its parts, joined by its configuration. */
@NullMarked
package io.holdfast.server;

import org.jspecify.annotations.NullMarked;
