package panama.torch.internal;

import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;

/** The functions of neural networks that are hot enough for an entry of their own. */
public final class NeuralNetworks {
  private NeuralNetworks() {}

  public static TensorHandle linear(
      TensorHandle x, TensorHandle weight, @Nullable TensorHandle bias) {
    return Calls.ternary(CallFrame.enter(), "linear", x, weight, bias, PanamaTorch::pt_linear);
  }

  public static TensorHandle embedding(
      TensorHandle weight,
      TensorHandle indices,
      long paddingIdx,
      boolean scaleGradByFreq,
      boolean sparse) {
    return Calls.binary(
        CallFrame.enter(),
        "embedding",
        weight,
        indices,
        (pw, pi, error) ->
            PanamaTorch.pt_embedding(pw, pi, paddingIdx, scaleGradByFreq, sparse, error));
  }

  public static TensorHandle dropout(TensorHandle x, double p, boolean training) {
    return Calls.unary(
        CallFrame.enter(),
        "dropout",
        x,
        (px, error) -> PanamaTorch.pt_dropout(px, p, training, error));
  }

  public static TensorHandle softmax(TensorHandle x, long dim) {
    return Calls.unary(
        CallFrame.enter(), "softmax", x, (px, error) -> PanamaTorch.pt_softmax(px, dim, error));
  }

  public static TensorHandle logSoftmax(TensorHandle x, long dim) {
    return Calls.unary(
        CallFrame.enter(),
        "logSoftmax",
        x,
        (px, error) -> PanamaTorch.pt_log_softmax(px, dim, error));
  }

  public static TensorHandle crossEntropy(
      TensorHandle x,
      TensorHandle target,
      @Nullable TensorHandle weight,
      int reduction,
      long ignoreIndex,
      double labelSmoothing) {
    return Calls.ternary(
        CallFrame.enter(),
        "crossEntropy",
        x,
        target,
        weight,
        (px, pt, pw, error) ->
            PanamaTorch.pt_cross_entropy(
                px, pt, pw, reduction, ignoreIndex, labelSmoothing, error));
  }
}
