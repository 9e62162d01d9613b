/**
 * Layers, loss functions and networks: PyTorch's {@code torch.nn}. Names, defaults, parameter names
 * and initial values are PyTorch's.
 *
 * <pre>{@code
 * LSTM lstm = LSTM.builder(10, 20).numLayers(2).batchFirst(true).build();
 * LSTM.Output out = lstm.forward(Torch.randn(32, 5, 10));
 * Tensor last = out.output().select(1, -1); // (32, 20)
 * }</pre>
 *
 * <p>{@code Module} is also a class of {@code java.lang}, so that it is ambiguous after a wildcard
 * import; a second import resolves this, also after Java 25's {@code import module panama.torch}:
 *
 * <pre>{@code
 * import panama.torch.nn.*;
 * import panama.torch.nn.Module;
 * }</pre>
 */
@NullMarked
package panama.torch.nn;

import org.jspecify.annotations.NullMarked;
