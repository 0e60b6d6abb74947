/** Tests of the judge as its users call it. */
@NullMarked
package io.holdfast.checker;

import org.jspecify.annotations.NullMarked;
