/**
 * Native calls in general: the memory of a call, handles of tensors and generators and when they
 * are freed, the modes of a thread, errors, warnings, and gradient hooks.
 *
 * <p>May use the bindings and {@code panama.torch.internal.loading}. It knows no single operator,
 * and none of the exception classes of {@code panama.torch}, which registers a translator of native
 * errors.
 */
@NullMarked
package panama.torch.internal.runtime;

import org.jspecify.annotations.NullMarked;
