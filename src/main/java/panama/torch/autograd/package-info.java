/**
 * Tools for gradients: whether what a backward pass computes is the derivative.
 *
 * <pre>{@code
 * Tensor x = randn(new long[] {3, 2}, TensorOptions.of(DType.FLOAT64).requiresGrad(true));
 * gradcheck(Tensor::tanh, x);
 * Module gru = GRU.builder(2, 4).build().to(DType.FLOAT64);
 * }</pre>
 */
@NullMarked
package panama.torch.autograd;

import org.jspecify.annotations.NullMarked;
