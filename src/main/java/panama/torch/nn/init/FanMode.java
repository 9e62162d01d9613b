package panama.torch.nn.init;

/** The fan of a layer that Kaiming initialization divides by. */
public enum FanMode {
  /** The number of inputs: keeps the variance in the forward pass. PyTorch's default. */
  FAN_IN,
  /** The number of outputs: keeps the variance in the backward pass. */
  FAN_OUT
}
