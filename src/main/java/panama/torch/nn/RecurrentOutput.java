package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.TensorHolder;

/** The result of a recurrent layer of any kind for padded or unbatched input. */
public sealed interface RecurrentOutput extends TensorHolder
    permits HiddenStateLayer.Output, LSTM.Output {
  /**
   * Returns h of the last layer at every step: (L, N, D · H_out), with batchFirst (N, L, D ·
   * H_out), or unbatched (L, D · H_out).
   */
  Tensor output();

  /**
   * Returns the final h of every layer and direction: (D · numLayers, N, H_out), or unbatched (D ·
   * numLayers, H_out).
   */
  Tensor hN();
}
