package panama.torch.nn.utils;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/** Functions that limit gradients, to keep them from exploding. Meant for {@code import static}. */
public final class GradientClipping {
  private GradientClipping() {}

  /**
   * Scales all gradients together so that their 2-norm is at most {@code maxNorm}. See {@link
   * #clipGradNorm_(List, double, double, boolean)}.
   */
  public static double clipGradNorm_(List<Tensor> parameters, double maxNorm) {
    return clipGradNorm_(parameters, maxNorm, 2, false);
  }

  /**
   * Scales all gradients together so that their p-norm is at most {@code maxNorm}. See {@link
   * #clipGradNorm_(List, double, double, boolean)}.
   */
  public static double clipGradNorm_(List<Tensor> parameters, double maxNorm, double normType) {
    return clipGradNorm_(parameters, maxNorm, normType, false);
  }

  /**
   * Scales all gradients together so that their norm, that of all elements as one vector, is at
   * most {@code maxNorm}. Pascanu et al., "On the difficulty of training recurrent neural networks"
   * (2013). Parameters without a gradient and gradients without elements are left out.
   *
   * @param parameters whose gradients are scaled, in place
   * @param maxNorm the largest norm; 0 sets all gradients to 0, infinity leaves them unchanged
   * @param normType the p of the p-norm; infinity is the largest absolute value, negative infinity
   *     the smallest, 0 the number of elements that are not 0
   * @param errorIfNonfinite whether an infinite or NaN norm is an error; otherwise the gradients
   *     are scaled by it
   * @return the norm before clipping, 0 if there are no gradients
   * @throws IllegalArgumentException unless maxNorm is a number from 0 up and normType a number. In
   *     PyTorch a negative maxNorm reverses all gradients, and NaN makes them NaN
   * @throws ArithmeticException for an infinite or NaN norm if errorIfNonfinite; the gradients are
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
      // PyTorch divides a number by a tensor as reciprocal and product, which round separately.
      Tensor factor = total.add(1e-6).reciprocal().mul(maxNorm).clampMax(1.0);
      gradients.forEach(gradient -> gradient.mul_(factor.to(gradient.device())));
      return total.item();
    }
  }

  /**
   * Returns whether libtorch computes the norm: an empty tensor has no largest or smallest element.
   */
  private static boolean hasNorm(Tensor gradient, double order) {
    return gradient.numel() > 0 || (order >= 0 && Double.isFinite(order));
  }

  private static Tensor norm(Tensor tensor, double order) {
    return Torch.op("aten::linalg_vector_norm").arg(tensor).arg(order).tensor();
  }

  /**
   * Limits every element of every gradient to the range from -clipValue to clipValue. NaN stays
   * NaN.
   *
   * @param parameters whose gradients are limited, in place
   * @param clipValue the largest absolute value; 0 sets all gradients to 0, infinity leaves them
   *     unchanged
   * @throws IllegalArgumentException unless clipValue is a number from 0 up
   */
  public static void clipGradValue_(List<Tensor> parameters, double clipValue) {
    if (!(clipValue >= 0)) {
      throw new IllegalArgumentException(
          "clipValue: expected a number from 0 up, got " + clipValue);
    }
    try (TensorScope scope = new TensorScope()) {
      gradients(parameters).forEach(gradient -> gradient.clamp_(-clipValue, clipValue));
    }
  }

  private static Stream<Tensor> gradients(List<Tensor> parameters) {
    return parameters.stream()
        .map(Tensor::grad)
        .filter(Objects::nonNull)
        .map(gradient -> gradient.detach());
  }
}
