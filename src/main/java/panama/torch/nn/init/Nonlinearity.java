package panama.torch.nn.init;

/** The function that follows a layer, for {@link Init#calculateGain}. */
public enum Nonlinearity {
  /** No function. Gain 1. */
  LINEAR,
  /** No function after a convolution. Gain 1. */
  CONV1D,
  /** The logistic sigmoid. Gain 1. */
  SIGMOID,
  /** The hyperbolic tangent. Gain 5/3. */
  TANH,
  /** The rectified linear unit. Gain √2. */
  RELU,
  /** The leaky rectified linear unit. Gain √(2 / (1 + slope²)); the slope is 0.01 unless given. */
  LEAKY_RELU,
  /** The scaled exponential linear unit. Gain 3/4. */
  SELU
}
