package panama.torch.nn.init;

/** Which variance Kaiming's initial values keep. */
public enum FanMode {
  /** That of the forward pass: PyTorch's default. */
  FAN_IN,
  /** That of the backward pass. */
  FAN_OUT
}
