/** etcd as one of the systems compared. */
@NullMarked
package io.holdfast.bench.rivals.etcd;

import org.jspecify.annotations.NullMarked;
