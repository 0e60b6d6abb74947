/** Single requests over HTTP/JSON, with fail-over between peers. */
@NullMarked
package io.holdfast.cli.http;

import org.jspecify.annotations.NullMarked;
