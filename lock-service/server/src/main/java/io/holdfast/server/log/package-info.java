/** How a peer writes its log: one event a line, for people or for machines. */
@NullMarked
package io.holdfast.server.log;

import org.jspecify.annotations.NullMarked;
