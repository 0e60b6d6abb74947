/** Backups: the file of one state of a cluster, and a new cluster's directories made from it. */
@NullMarked
package io.holdfast.server.backup;

import org.jspecify.annotations.NullMarked;
