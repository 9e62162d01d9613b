/**
 * Tests the gradients that a backward pass computes against numerical derivatives.
 *
 * <pre>{@code
 * Tensor x = randn(new long[] {3, 2}, TensorOptions.of(DType.FLOAT64).requiresGrad(true));
 * gradcheck(Tensor::tanh, x);
 * gradgradcheck(in -> List.of(in.get(0).matmul(in.get(1))), List.of(a, b));
 * }</pre>
 */
@NullMarked
package panama.torch.autograd;

import org.jspecify.annotations.NullMarked;
