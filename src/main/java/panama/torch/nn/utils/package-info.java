/**
 * Functions for parameters and their gradients: PyTorch's {@code torch.nn.utils}.
 *
 * <pre>{@code
 * double norm = GradientClipping.clipGradNorm_(model.parameters(), 1.0);
 * }</pre>
 */
@NullMarked
package panama.torch.nn.utils;

import org.jspecify.annotations.NullMarked;
