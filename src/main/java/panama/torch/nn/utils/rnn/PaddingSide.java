package panama.torch.nn.utils.rnn;

/** Where padding goes. */
public enum PaddingSide {
  /** After the elements: PyTorch's default. */
  RIGHT,
  /** Before the elements. */
  LEFT
}
