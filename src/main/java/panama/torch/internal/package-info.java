/**
 * Argument checks and texts that all packages of this module share. The classes of this package use
 * no native code and no other class of this module.
 *
 * <p>Its subpackages are the native boundary. In order, each may use those before it: {@code ffi}
 * (generated bindings), {@code loading}, {@code runtime}, {@code operators}. Besides them, {@code
 * pickle} reads and writes Python's serialization format in Java alone. None of them is part of the
 * API.
 */
@NullMarked
package panama.torch.internal;

import org.jspecify.annotations.NullMarked;
