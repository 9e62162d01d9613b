package panama.torch.nn.utils.parametrizations;

import java.util.Locale;
import panama.torch.IndexException;
import panama.torch.nn.Module;

/**
 * Has parameters of a module computed from others. Meant for {@code import static}.
 *
 * <p>To be applied before an optimizer is given the parameters.
 */
public final class Parametrizations {
  private Parametrizations() {}

  /** Of {@code weight}, by rows. See {@link #weightNorm(Module, String, int)}. */
  public static <M extends Module> M weightNorm(M module) {
    return weightNorm(module, "weight");
  }

  /** By rows. See {@link #weightNorm(Module, String, int)}. */
  public static <M extends Module> M weightNorm(M module, String name) {
    return weightNorm(module, name, 0);
  }

  /**
   * Splits a weight in its length and its direction, g v / ‖v‖: Salimans and Kingma, "Weight
   * normalization" (2016). Parameters: {@code parametrizations.NAME.original0}, g, and {@code
   * original1}, v.
   *
   * @param name of a parameter of the module itself
   * @param dim the dimension along which lengths differ; -1: one length for all
   * @return the module
   * @throws IllegalArgumentException when there is no such parameter or dimension
   */
  public static <M extends Module> M weightNorm(M module, String name, int dim) {
    module.registerParametrization(name, weight -> new WeightNorm(weight, dim));
    return module;
  }

  /** Of {@code weight}. See {@link #spectralNorm(Module, String, int, double, int)}. */
  public static <M extends Module> M spectralNorm(M module) {
    return spectralNorm(module, "weight");
  }

  /**
   * With one step, eps 1e-12, dimension 0. See {@link #spectralNorm(Module, String, int, double,
   * int)}.
   */
  public static <M extends Module> M spectralNorm(M module, String name) {
    return spectralNorm(module, name, 1, 1e-12, 0);
  }

  /**
   * Divides a weight by its largest singular value, W / σ(W): Miyato et al., "Spectral
   * normalization for generative adversarial networks" (2018). Parameter: {@code
   * parametrizations.NAME.original}; buffers: {@code parametrizations.NAME.0._u} and {@code _v},
   * the singular vectors, which every forward in training brings nearer to the true ones.
   *
   * @param name of a parameter of the module itself
   * @param nPowerIterations steps in each forward, at least 1
   * @param eps keeps norms from 0
   * @param dim the dimension of the outputs; all others are taken together
   * @return the module
   * @throws IllegalArgumentException when there is no such parameter or dimension
   */
  public static <M extends Module> M spectralNorm(
      M module, String name, int nPowerIterations, double eps, int dim) {
    module.registerParametrization(
        name, weight -> new SpectralNorm(weight, nPowerIterations, eps, dim));
    return module;
  }

  /** Counts a dimension from 0. */
  static int dimension(int dim, int count) {
    if (dim < -count || dim >= count) {
      throw new IndexException(
          String.format(Locale.ROOT, "dim: expected %d to %d, got %d", -count, count - 1, dim));
    }
    return dim < 0 ? dim + count : dim;
  }
}
