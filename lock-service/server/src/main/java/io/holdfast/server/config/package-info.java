/** One registry of configuration keys, and the reading of them from file, environment and flags. */
@NullMarked
package io.holdfast.server.config;

import org.jspecify.annotations.NullMarked;
