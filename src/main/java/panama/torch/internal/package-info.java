/**
 * The native boundary: loading, handles, marshalling. Nothing outside this package touches the
 * generated bindings, and nothing here is part of the API. It knows no class of the packages above.
 */
@NullMarked
package panama.torch.internal;

import org.jspecify.annotations.NullMarked;
