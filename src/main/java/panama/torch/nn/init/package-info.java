/**
 * Functions that initialize parameters: PyTorch's {@code torch.nn.init}.
 *
 * <pre>{@code
 * Init.xavierUniform_(linear.weight(), 1.0);
 * }</pre>
 */
@NullMarked
package panama.torch.nn.init;

import org.jspecify.annotations.NullMarked;
