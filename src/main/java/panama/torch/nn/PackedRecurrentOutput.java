package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.nn.utils.rnn.PackedSequence;

/** The result of a recurrent layer of any kind for packed input. */
public sealed interface PackedRecurrentOutput extends TensorHolder
    permits HiddenStateLayer.PackedOutput, LSTM.PackedOutput {
  /**
   * Returns h of the last layer at every step, packed like the input: data (sum of lengths, D ·
   * H_out).
   */
  PackedSequence output();

  /**
   * Returns the final h of every layer and direction, in the order of the batch: (D · numLayers, N,
   * H_out).
   */
  Tensor hN();
}
