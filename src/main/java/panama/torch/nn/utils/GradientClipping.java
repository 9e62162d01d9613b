package panama.torch.nn.utils;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Functions that limit the size of gradients, so that they do not explode. Meant for {@code import
 * static}.
 */
public final class GradientClipping {
  private static final Op CLIP_NORM = Torch.op("panama_torch::clip_grad_norm_");
  private static final Op CLIP_VALUE = Torch.op("panama_torch::clip_grad_value_");

  private GradientClipping() {}

  /**
   * Scales all gradients by one factor so that their 2-norm is at most {@code maxNorm}. See {@link
   * #clipGradNorm_(List, double, double, boolean)}.
   *
   * @param parameters the parameters whose gradients are scaled in place
   * @param maxNorm the largest norm, at least 0
   * @return the norm before clipping, 0 if there are no gradients
   * @throws IllegalArgumentException if maxNorm is negative or NaN
   */
  public static double clipGradNorm_(List<Tensor> parameters, double maxNorm) {
    return clipGradNorm_(parameters, maxNorm, 2, false);
  }

  /**
   * Scales all gradients by one factor so that their p-norm is at most {@code maxNorm}. See {@link
   * #clipGradNorm_(List, double, double, boolean)}.
   *
   * @param parameters the parameters whose gradients are scaled in place
   * @param maxNorm the largest norm, at least 0
   * @param normType the p of the p-norm
   * @return the norm before clipping, 0 if there are no gradients
   * @throws IllegalArgumentException if maxNorm is negative or NaN, or if normType is NaN
   */
  public static double clipGradNorm_(List<Tensor> parameters, double maxNorm, double normType) {
    return clipGradNorm_(parameters, maxNorm, normType, false);
  }

  /**
   * Scales all gradients by one factor so that their norm is at most {@code maxNorm}. The norm is
   * that of one vector with the elements of all gradients. The factor is min(1, maxNorm / (norm +
   * 1e-6)). Parameters without a gradient and gradients without elements are ignored. Pascanu et
   * al., "On the difficulty of training recurrent neural networks" (2013).
   *
   * <p>PyTorch also accepts a negative maxNorm, which reverses the gradients, and NaN, which makes
   * them NaN; here both are errors.
   *
   * @param parameters the parameters whose gradients are scaled in place
   * @param maxNorm the largest norm, at least 0; 0 sets all gradients to 0, infinity leaves them
   *     unchanged
   * @param normType the p of the p-norm, PyTorch's default is 2; infinity is the largest absolute
   *     value, negative infinity the smallest, 0 the number of elements that are not 0
   * @param errorIfNonfinite whether to throw if the norm is infinite or NaN, PyTorch's default is
   *     false; otherwise the gradients are scaled with it and can become 0 or NaN
   * @return the norm before clipping, 0 if there are no gradients
   * @throws IllegalArgumentException if maxNorm is negative or NaN, or if normType is NaN
   * @throws ArithmeticException if the norm is infinite or NaN and errorIfNonfinite is true; the
   *     gradients are not changed then
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
      double norm =
          CLIP_NORM
              .start()
              .arg(gradients(parameters))
              .arg(maxNorm)
              .arg(normType)
              .arg(errorIfNonfinite)
              .call()
              .real(0);
      if (errorIfNonfinite && !Double.isFinite(norm)) {
        throw new ArithmeticException(
            "the norm of order %s of the gradients is %s; lower the learning rate, or look for the step that divides by 0"
                .formatted(normType, norm));
      }
      return norm;
    }
  }

  /**
   * Limits every element of every gradient to the range from -clipValue to clipValue. Elements that
   * are NaN stay NaN. Parameters without a gradient are ignored.
   *
   * @param parameters the parameters whose gradients are limited in place
   * @param clipValue the largest absolute value, at least 0; 0 sets all gradients to 0, infinity
   *     leaves them unchanged
   * @throws IllegalArgumentException if clipValue is negative or NaN
   */
  public static void clipGradValue_(List<Tensor> parameters, double clipValue) {
    if (!(clipValue >= 0)) {
      throw new IllegalArgumentException(
          "clipValue: expected a number from 0 up, got " + clipValue);
    }
    try (TensorScope scope = new TensorScope()) {
      CLIP_VALUE.start().arg(gradients(parameters)).arg(clipValue).call();
    }
  }

  private static List<@Nullable Tensor> gradients(List<Tensor> parameters) {
    return parameters.stream().map(Tensor::grad).filter(Objects::nonNull).toList();
  }
}
