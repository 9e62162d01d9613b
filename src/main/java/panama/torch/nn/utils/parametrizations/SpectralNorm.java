package panama.torch.nn.utils.parametrizations;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.Parametrization;

/** Computes W / σ(W): σ is the largest singular value, u and v its vectors by power iteration. */
final class SpectralNorm extends Parametrization {
  private static final int FIRST_ITERATIONS = 15;

  private final int iterations;
  private final double eps;
  private final int dim;
  private final @Nullable Tensor u;
  private final @Nullable Tensor v;

  SpectralNorm(Tensor weight, int iterations, double eps, int dim) {
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "nPowerIterations: expected at least 1, got " + iterations);
    }
    this.iterations = iterations;
    this.eps = eps;
    this.dim = Parametrizations.dimension(dim, weight.dim());
    if (weight.dim() < 2) {
      u = null;
      v = null;
      return;
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor matrix = matrix(weight.detach());
      TensorOptions options = TensorOptions.of(weight.dtype()).device(weight.device());
      Tensor left = Torch.empty(new long[] {matrix.size(0)}, options).normal_(0, 1);
      Tensor right = Torch.empty(new long[] {matrix.size(1)}, options).normal_(0, 1);
      u = registerBuffer("_u", normalized(left));
      v = registerBuffer("_v", normalized(right));
      iterate(matrix, u, v, FIRST_ITERATIONS);
    }
  }

  @Override
  public Tensor forward(List<Tensor> originals) {
    if (originals.size() != 1) {
      throw new IllegalArgumentException("originals: expected one weight, got " + originals.size());
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor weight = originals.getFirst();
      if (u == null || v == null) {
        return scope.keep(normalized(weight));
      }
      Tensor matrix = matrix(weight);
      if (isTraining()) {
        iterate(matrix.detach(), u, v, iterations);
      }
      // Copies, since the next forward changes u and v, which this one's backward still needs.
      Tensor left = u.clone();
      Tensor right = v.clone();
      return scope.keep(weight.div(left.vdot(matrix.mv(right))));
    }
  }

  private Tensor matrix(Tensor weight) {
    if (dim == 0) {
      return weight.flatten(1, -1);
    }
    long[] order =
        LongStream.concat(
                LongStream.of(dim),
                IntStream.range(0, weight.dim()).filter(d -> d != dim).asLongStream())
            .toArray();
    return weight.permute(order).flatten(1, -1);
  }

  private void iterate(Tensor matrix, Tensor left, Tensor right, int count) {
    for (int i = 0; i < count; i++) {
      left.copy_(normalized(matrix.mv(right)));
      right.copy_(normalized(matrix.t().mv(left)));
    }
  }

  private Tensor normalized(Tensor x) {
    Tensor norm = x.norm(2, new long[] {0}, true);
    return x.div(norm.clampMin(eps));
  }

  @Override
  public String toString() {
    return "_SpectralNorm()";
  }
}
