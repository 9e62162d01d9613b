package panama.torch.nn;

/** A {@link Linear} under the name that PyTorch prints inside {@link MultiheadAttention}. */
final class NonDynamicallyQuantizableLinear extends Linear {
  NonDynamicallyQuantizableLinear(long inFeatures, long outFeatures, boolean bias) {
    super(inFeatures, outFeatures, bias);
  }
}
