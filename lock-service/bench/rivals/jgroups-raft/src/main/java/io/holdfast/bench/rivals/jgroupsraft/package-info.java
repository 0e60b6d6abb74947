/** jgroups-raft as one of the systems compared. */
@NullMarked
package io.holdfast.bench.rivals.jgroupsraft;

import org.jspecify.annotations.NullMarked;
