package panama.torch.nn;

import java.util.List;
import panama.torch.Tensor;

/**
 * How a parameter is computed from others, for {@link Module#registerParametrization}.
 *
 * <p>Ready-made ones: {@code panama.torch.nn.utils.parametrizations}.
 */
public abstract class Parametrization extends Module {
  /** For subclasses. */
  protected Parametrization() {}

  /**
   * The parameter.
   *
   * @param originals as many as {@link #rightInverse} gives; one where another parametrization
   *     comes before
   */
  public abstract Tensor forward(List<Tensor> originals);

  /**
   * Originals from which {@link #forward} makes this value, or something near it. By default the
   * value itself.
   *
   * @return one or more
   */
  public List<Tensor> rightInverse(Tensor value) {
    return List.of(value);
  }
}
