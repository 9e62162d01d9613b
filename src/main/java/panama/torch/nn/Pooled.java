package panama.torch.nn;

import panama.torch.Tensor;

/**
 * Maxima and where they stood.
 *
 * @param output (N, C, L_out) or (C, L_out)
 * @param indices positions in the last dimension of the input, in the shape of output, INT64
 */
public record Pooled(Tensor output, Tensor indices) {}
