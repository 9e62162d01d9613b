/**
 * Weight normalization and spectral normalization: PyTorch's {@code
 * torch.nn.utils.parametrizations}.
 *
 * <pre>{@code
 * Linear layer = Parametrizations.weightNorm(new Linear(20, 40));
 * layer.stateDict().keySet(); // bias, parametrizations.weight.original0, ....original1
 * }</pre>
 */
@NullMarked
package panama.torch.nn.utils.parametrizations;

import org.jspecify.annotations.NullMarked;
