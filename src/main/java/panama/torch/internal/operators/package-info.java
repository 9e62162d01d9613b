/**
 * Calls of libtorch's operators: by name through the dispatcher, through the entry points that the
 * most frequent ones have of their own, and the groups of functions that are no operators, such as
 * autograd, element access and recurrent layers.
 *
 * <p>May use the bindings and {@code panama.torch.internal.runtime}.
 */
@NullMarked
package panama.torch.internal.operators;

import org.jspecify.annotations.NullMarked;
