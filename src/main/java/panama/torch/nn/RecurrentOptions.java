package panama.torch.nn;

import panama.torch.RecurrentOp;

/**
 * The options of a recurrent layer, which its builder sets.
 *
 * @param inputSize H_in
 * @param hiddenSize H
 * @param projSize the size to which an LSTM projects h; 0 without a projection
 * @param numLayers the number of stacked layers
 * @param bias whether the layers have biases
 * @param batchFirst whether padded input is (N, L, H_in) rather than (L, N, H_in)
 * @param dropout the probability of dropout after every layer except the last, in training
 * @param bidirectional whether each layer also has a backward direction
 */
record RecurrentOptions(
    long inputSize,
    long hiddenSize,
    long projSize,
    int numLayers,
    boolean bias,
    boolean batchFirst,
    double dropout,
    boolean bidirectional) {

  /** Returns the number of directions D. */
  int directions() {
    return bidirectional ? 2 : 1;
  }

  /** Returns D · numLayers, the size of the first dimension of states. */
  long layers() {
    return (long) directions() * numLayers;
  }

  /** Returns H_out, the size of h. */
  long outputSize() {
    return projSize > 0 ? projSize : hiddenSize;
  }

  /** Returns the operator with these options. */
  RecurrentOp operator(RecurrentOp.Kind kind) {
    return new RecurrentOp(kind, bias, numLayers, dropout, bidirectional, batchFirst);
  }
}
