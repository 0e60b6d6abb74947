/**
 * The replicated state of the lock service: sessions, locks, queues and fencing tokens as a pure
 * function of the log, with the commands that change it, their results, the events they cause and
 * the canonical encoding of all of them.
 */
@NullMarked
package io.holdfast.locks;

import org.jspecify.annotations.NullMarked;
