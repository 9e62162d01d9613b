package panama.torch.nn.utils.rnn;

/** The side of a sequence on which padding is added. */
public enum PaddingSide {
  /** After the elements: PyTorch's default. */
  RIGHT,
  /** Before the elements. */
  LEFT
}
