/** Tests of the planted bugs. */
@org.jspecify.annotations.NullMarked
package io.holdfast.chaos.planted;
