package panama.torch.nn;

/** A {@link Linear} with the class name that PyTorch prints in a {@link MultiheadAttention}. */
final class NonDynamicallyQuantizableLinear extends Linear {
  NonDynamicallyQuantizableLinear(long inFeatures, long outFeatures, boolean bias) {
    super(inFeatures, outFeatures, bias);
  }
}
