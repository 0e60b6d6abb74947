/** Carries messages between peers over a JGroups channel whose stack is its transport alone. */
@NullMarked
package io.holdfast.server.transport;

import org.jspecify.annotations.NullMarked;
