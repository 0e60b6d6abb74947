/** The report that people read: one HTML file with the verdict, the evidence and a timeline. */
@NullMarked
package io.holdfast.checker.report;

import org.jspecify.annotations.NullMarked;
