package panama.torch.nn.init;

/** What follows a layer, for {@link Init#calculateGain}. */
public enum Nonlinearity {
  /** None: gain 1. */
  LINEAR,
  /** None, after a convolution: gain 1. */
  CONV1D,
  /** Gain 1. */
  SIGMOID,
  /** Gain 5/3. */
  TANH,
  /** Gain √2. */
  RELU,
  /** Gain √(2 / (1 + slope²)); the slope is 0.01 unless given. */
  LEAKY_RELU,
  /** Gain 3/4. */
  SELU
}
