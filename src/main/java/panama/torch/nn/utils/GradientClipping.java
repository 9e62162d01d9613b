package panama.torch.nn.utils;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/** Keeps gradients from exploding. Meant for {@code import static}. */
public final class GradientClipping {
  private GradientClipping() {}

  /** By the 2-norm. See {@link #clipGradNorm_(List, double, double, boolean)}. */
  public static double clipGradNorm_(List<Tensor> parameters, double maxNorm) {
    return clipGradNorm_(parameters, maxNorm, 2, false);
  }

  /** By another norm. See {@link #clipGradNorm_(List, double, double, boolean)}. */
  public static double clipGradNorm_(List<Tensor> parameters, double maxNorm, double normType) {
    return clipGradNorm_(parameters, maxNorm, normType, false);
  }

  /**
   * Scales all gradients together so that their norm is at most {@code maxNorm}: Pascanu et al.,
   * "On the difficulty of training recurrent neural networks" (2013). Parameters without gradient
   * do not count; neither do gradients without elements, whatever the norm.
   *
   * @param maxNorm 0: all gradients become 0; infinity: they stay as they are
   * @param normType the p of the p-norm; infinity: the largest absolute value; negative infinity:
   *     the smallest; 0: how many elements are not 0
   * @param errorIfNonfinite whether a norm that is infinite or no number is an error, rather than a
   *     factor like another
   * @return the norm before clipping
   * @throws IllegalArgumentException unless maxNorm is a number from 0 up and normType a number.
   *     PyTorch turns all gradients round for a negative maxNorm, and makes them NaN for NaN
   * @throws ArithmeticException for a norm that is not finite, where asked for; the gradients are
   *     not changed then
   */
  public static double clipGradNorm_(
      List<Tensor> parameters, double maxNorm, double normType, boolean errorIfNonfinite) {
    if (!(maxNorm >= 0)) {
      throw new IllegalArgumentException("maxNorm: expected a number from 0 up, got " + maxNorm);
    }
    if (Double.isNaN(normType)) {
      throw new IllegalArgumentException(
          "normType: expected a number, such as 2 or Double.POSITIVE_INFINITY, got NaN");
    }
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> gradients =
          gradients(parameters).filter(gradient -> hasNorm(gradient, normType)).toList();
      if (gradients.isEmpty()) {
        return 0;
      }
      Tensor norms =
          Torch.stack(
              gradients.stream()
                  .map(gradient -> norm(gradient, normType).to(gradients.getFirst().device()))
                  .toList(),
              0);
      Tensor total = norm(norms, normType);
      if (errorIfNonfinite && !Double.isFinite(total.item())) {
        throw new ArithmeticException(
            "the norm of order %s of the gradients is %s; lower the learning rate, or look for the step that divides by 0"
                .formatted(normType, total.item()));
      }
      // PyTorch divides a number by a tensor in this way, which rounds twice.
      Tensor factor =
          Torch.op("aten::clamp")
              .arg(Torch.op("aten::reciprocal").arg(total.add(1e-6)).call().tensor().mul(maxNorm))
              .arg("max", 1.0)
              .call()
              .tensor();
      gradients.forEach(gradient -> gradient.mul_(factor.to(gradient.device())));
      return total.item();
    }
  }

  /** Whether libtorch gives a norm: nothing has no largest and no smallest element. */
  private static boolean hasNorm(Tensor gradient, double order) {
    return gradient.numel() > 0 || (order >= 0 && Double.isFinite(order));
  }

  private static Tensor norm(Tensor tensor, double order) {
    return Torch.op("aten::linalg_vector_norm").arg(tensor).arg(order).call().tensor();
  }

  /**
   * Cuts every element of every gradient off at ±{@code clipValue}. NaN stays NaN.
   *
   * @param clipValue 0: all gradients become 0; infinity: they stay as they are
   * @throws IllegalArgumentException unless clipValue is a number from 0 up
   */
  public static void clipGradValue_(List<Tensor> parameters, double clipValue) {
    if (!(clipValue >= 0)) {
      throw new IllegalArgumentException(
          "clipValue: expected a number from 0 up, got " + clipValue);
    }
    try (TensorScope scope = new TensorScope()) {
      gradients(parameters)
          .forEach(
              gradient ->
                  Torch.op("aten::clamp_").arg(gradient).arg(-clipValue).arg(clipValue).call());
    }
  }

  private static Stream<Tensor> gradients(List<Tensor> parameters) {
    return parameters.stream()
        .map(Tensor::grad)
        .filter(Objects::nonNull)
        .map(gradient -> gradient.detach());
  }
}
