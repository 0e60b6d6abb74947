/** What remains of a run: its folder, its figures, and pages for people. */
@NullMarked
package io.holdfast.chaos.report;

import org.jspecify.annotations.NullMarked;
