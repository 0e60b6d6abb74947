/** Sequential specifications: what each operation does to an object, as pure values. */
@NullMarked
package io.holdfast.checker.model;

import org.jspecify.annotations.NullMarked;
