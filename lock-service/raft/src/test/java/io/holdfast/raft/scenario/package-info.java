/** What a whole cluster must do, scenario by scenario. */
@NullMarked
package io.holdfast.raft.scenario;

import org.jspecify.annotations.NullMarked;
