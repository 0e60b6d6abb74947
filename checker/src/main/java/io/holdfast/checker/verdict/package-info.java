/** What a check found out, and the evidence by which others can judge it. */
@NullMarked
package io.holdfast.checker.verdict;

import org.jspecify.annotations.NullMarked;
