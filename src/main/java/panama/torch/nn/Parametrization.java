package panama.torch.nn;

import java.util.List;
import panama.torch.Tensor;

/**
 * A function that computes a parameter from other tensors, for {@link
 * Module#registerParametrization}.
 *
 * <p>{@code panama.torch.nn.utils.parametrizations} has weight and spectral normalization.
 */
public abstract class Parametrization extends Module {
  /** Creates a parametrization. */
  protected Parametrization() {}

  /**
   * Computes the parameter.
   *
   * @param originals the tensors that are trained, as many as {@link #rightInverse} returns; for
   *     the second and further parametrizations of a parameter the result of the one before
   * @return the parameter
   */
  public abstract Tensor forward(List<Tensor> originals);

  /**
   * Returns tensors from which {@link #forward} computes this value, at least approximately; they
   * become the trained parameters. By default the value itself.
   *
   * @param value the value that the parameter should have
   * @return one or more tensors
   */
  public List<Tensor> rightInverse(Tensor value) {
    return List.of(value);
  }
}
