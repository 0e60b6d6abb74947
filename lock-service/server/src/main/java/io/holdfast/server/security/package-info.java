/** Who a client is and what it may do: principals, their credentials and their permissions. */
@NullMarked
package io.holdfast.server.security;

import org.jspecify.annotations.NullMarked;
