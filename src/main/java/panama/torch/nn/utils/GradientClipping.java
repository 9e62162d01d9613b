package panama.torch.nn.utils;

import java.util.List;
import java.util.Objects;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/** Keeps gradients from exploding. Meant for {@code import static}. */
public final class GradientClipping {
  private GradientClipping() {}

  /**
   * Scales all gradients together so that their 2-norm is at most {@code maxNorm}: Pascanu et al.,
   * "On the difficulty of training recurrent neural networks" (2013). Parameters without gradient
   * do not count.
   *
   * @return the norm before clipping
   * @throws IllegalArgumentException unless maxNorm is a positive number
   */
  public static double clipGradNorm_(List<Tensor> parameters, double maxNorm) {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException("maxNorm: expected a positive number, got " + maxNorm);
    }
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> gradients =
          parameters.stream()
              .map(Tensor::grad)
              .filter(Objects::nonNull)
              .map(gradient -> gradient.detach())
              .toList();
      if (gradients.isEmpty()) {
        return 0;
      }
      Tensor total = norm(Torch.stack(gradients.stream().map(GradientClipping::norm).toList(), 0));
      Tensor factor =
          Torch.op("aten::clamp")
              .arg(Torch.tensor(maxNorm).to(total.device()).div(total.add(1e-6)))
              .arg("max", 1.0)
              .call()
              .tensor();
      gradients.forEach(gradient -> gradient.mul_(factor));
      return total.item();
    }
  }

  private static Tensor norm(Tensor tensor) {
    return Torch.op("aten::linalg_vector_norm").arg(tensor).arg(2.0).call().tensor();
  }
}
