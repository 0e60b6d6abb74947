/** Attacks on the storage: power cuts, kills, damaged bits, failing disks. */
@NullMarked
package io.holdfast.server.storage;

import org.jspecify.annotations.NullMarked;
