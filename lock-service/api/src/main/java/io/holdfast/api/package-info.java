/**
 * The client protocol: requests, replies, events and errors as values, their strict JSON form, and
 * the frames they travel in; used alike by the client, the gateway and the command line.
 */
@NullMarked
package io.holdfast.api;

import org.jspecify.annotations.NullMarked;
