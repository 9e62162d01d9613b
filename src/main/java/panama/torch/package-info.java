/**
 * Tensors: off-heap, with PyTorch's names, semantics and numbers.
 *
 * <pre>{@code
 * import static panama.torch.Torch.*;
 *
 * manualSeed(0);
 * try (var _ = new TensorScope()) {
 *   Tensor w = randn(2, 3).requiresGrad_(true);
 *   Tensor loss = w.mul(w).sum();
 *   loss.backward();
 *   System.out.println(w.grad());
 * }
 * }</pre>
 *
 * <p>{@link panama.torch.Torch} makes tensors, {@link panama.torch.Tensor} works on them, {@link
 * panama.torch.Index} is what stands between Python's brackets, {@link panama.torch.Linalg} solves
 * and decomposes, {@link panama.torch.TensorScope} frees, and {@link panama.torch.Torch#op} reaches
 * every operator of libtorch that has no method here.
 */
@NullMarked
package panama.torch;

import org.jspecify.annotations.NullMarked;
