package panama.torch.nn.utils.rnn;

import panama.torch.Tensor;

/**
 * Sequences of different lengths, padded to one.
 *
 * @param data (L, N, *), or (N, L, *) with batchFirst
 * @param lengths (N), INT64 on the CPU
 */
public record PaddedSequence(Tensor data, Tensor lengths) {}
