/** Majorities of plain and joint configurations, and the configurations a log brought. */
@NullMarked
package io.holdfast.raft.membership;

import org.jspecify.annotations.NullMarked;
