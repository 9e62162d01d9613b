package panama.torch.nn;

/**
 * One step of a {@link GRU}:
 *
 * <pre>
 *   r = σ(W_ir x + b_ir + W_hr h + b_hr)
 *   z = σ(W_iz x + b_iz + W_hz h + b_hz)
 *   n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
 *   h' = (1 - z) ⊙ n + z ⊙ h
 * </pre>
 *
 * <p>The gates stand in this order in the parameters. Shapes and parameters: {@link RNNCellBase}.
 */
public final class GRUCell extends HiddenStateCell<GRUCell> {
  /** Creates a cell with biases. */
  public GRUCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true);
  }

  /**
   * Creates a cell with or without biases.
   *
   * @throws IllegalArgumentException for a size below 1
   */
  public GRUCell(long inputSize, long hiddenSize, boolean bias) {
    super(inputSize, hiddenSize, bias, 3, "aten::gru_cell");
  }
}
