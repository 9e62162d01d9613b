package panama.torch.nn;

/**
 * A cell that computes one step of a {@link GRU}:
 *
 * <pre>
 *   r = σ(W_ir x + b_ir + W_hr h + b_hr)
 *   z = σ(W_iz x + b_iz + W_hz h + b_hz)
 *   n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
 *   h' = (1 - z) ⊙ n + z ⊙ h
 * </pre>
 *
 * <p>σ is the logistic sigmoid and ⊙ the elementwise product. The rows of the parameters are
 * ordered r, z, n. See {@link RNNCellBase} for the shapes and parameters.
 */
public final class GRUCell extends HiddenStateCell<GRUCell> {
  /**
   * Creates a cell with biases.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @throws IllegalArgumentException if a size is below 1
   */
  public GRUCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true);
  }

  /**
   * Creates a cell with or without biases.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @param bias whether there are the biases b_ih and b_hh
   * @throws IllegalArgumentException if a size is below 1
   */
  public GRUCell(long inputSize, long hiddenSize, boolean bias) {
    super(inputSize, hiddenSize, bias, 3, "aten::gru_cell");
  }
}
