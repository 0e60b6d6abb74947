/** ZooKeeper with Curator as one of the systems compared. */
@NullMarked
package io.holdfast.bench.rivals.zookeeper;

import org.jspecify.annotations.NullMarked;
