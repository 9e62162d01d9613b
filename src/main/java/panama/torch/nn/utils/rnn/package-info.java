/**
 * Sequences of different lengths in one batch, padded to the same length or packed without padding:
 * PyTorch's {@code torch.nn.utils.rnn}.
 *
 * <pre>{@code
 * Tensor padded = padSequence(List.of(a, b, c), true, 0);
 * PackedSequence packed = packPaddedSequence(padded, new long[] {5, 2, 7}, true, false);
 * PaddedSequence back = padPackedSequence(packed, true);
 * List<Tensor> sequences = unpackSequence(packSequence(List.of(a, b, c), false));
 * }</pre>
 */
@NullMarked
package panama.torch.nn.utils.rnn;

import org.jspecify.annotations.NullMarked;
