package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.nn.utils.rnn.PackedSequence;

/** The result of any recurrent layer for packed input. */
public sealed interface PackedRecurrentOutput extends TensorHolder
    permits HiddenStateLayer.PackedOutput, LSTM.PackedOutput {
  /** Returns h of the last layer at every step, packed like the input. */
  PackedSequence output();

  /** Returns the last h of every layer and direction: (D numLayers, N, H_out). */
  Tensor hN();
}
