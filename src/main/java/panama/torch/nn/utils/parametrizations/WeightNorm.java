package panama.torch.nn.utils.parametrizations;

import java.util.List;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.Parametrization;

/** Computes g v / ‖v‖ from g and v. */
final class WeightNorm extends Parametrization {
  private final int dim;

  WeightNorm(Tensor weight, int dim) {
    // -1 means one length for all, not the last dimension.
    this.dim = dim == -1 ? dim : Parametrizations.dimension(dim, weight.dim());
  }

  @Override
  public Tensor forward(List<Tensor> originals) {
    if (originals.size() != 2) {
      throw new IllegalArgumentException(
          "weightNorm: expected to be the first parametrization of the parameter, got one after"
              + " others; apply it before them");
    }
    return Torch.op("aten::_weight_norm")
        .arg(originals.get(1))
        .arg(originals.get(0))
        .arg(dim)
        .tensor();
  }

  @Override
  public List<Tensor> rightInverse(Tensor value) {
    Tensor length = Torch.op("aten::norm_except_dim").arg(value).arg(2).arg(dim).tensor();
    return List.of(length, value);
  }

  @Override
  public String toString() {
    return "_WeightNorm()";
  }
}
