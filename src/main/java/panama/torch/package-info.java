/**
 * Off-heap tensors with PyTorch's names, semantics and numerical results.
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
 * <p>{@link panama.torch.Torch} has the functions that create tensors, {@link panama.torch.Tensor}
 * their methods, {@link panama.torch.Index} the forms of indexing, {@link panama.torch.Linalg}
 * linear algebra. A {@link panama.torch.TensorScope} frees the tensors of a block, and {@link
 * panama.torch.Torch#op} calls operators of libtorch that have no method here.
 */
@NullMarked
package panama.torch;

import org.jspecify.annotations.NullMarked;
