/**
 * Finds, unpacks, verifies and loads the native libraries: libtorch and the shim.
 *
 * <p>May use {@code panama.torch.spi}, which native jars implement, and the bindings; no other
 * package of this module.
 */
@NullMarked
package panama.torch.internal.loading;

import org.jspecify.annotations.NullMarked;
