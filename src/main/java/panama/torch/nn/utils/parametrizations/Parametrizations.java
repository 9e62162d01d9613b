package panama.torch.nn.utils.parametrizations;

import java.util.Locale;
import panama.torch.IndexException;
import panama.torch.nn.Module;

/**
 * Functions that normalize a parameter of a module, by {@link Module#registerParametrization}.
 * Meant for {@code import static}.
 *
 * <p>Apply them before the optimizer is created: they replace parameters.
 */
public final class Parametrizations {
  private Parametrizations() {}

  /**
   * Applies weight normalization to the parameter {@code weight}, with a length for each row. See
   * {@link #weightNorm(Module, String, int)}.
   *
   * @param <M> the type of the module
   * @param module the module that has the parameter
   * @return {@code module}
   */
  public static <M extends Module> M weightNorm(M module) {
    return weightNorm(module, "weight");
  }

  /**
   * Applies weight normalization with a length for each row. See {@link #weightNorm(Module, String,
   * int)}.
   *
   * @param <M> the type of the module
   * @param module the module that has the parameter
   * @param name the name of a parameter of the module itself
   * @return {@code module}
   */
  public static <M extends Module> M weightNorm(M module, String name) {
    return weightNorm(module, name, 0);
  }

  /**
   * Applies weight normalization: the parameter is computed as g v / ‖v‖ from a length g and a
   * direction v, which are trained separately. Salimans and Kingma, "Weight normalization" (2016).
   * The new parameters are {@code parametrizations.NAME.original0}, g, and {@code original1}, v.
   *
   * @param <M> the type of the module
   * @param module the module that has the parameter
   * @param name of a parameter of the module itself, not of a submodule
   * @param dim the dimension for each index of which there is a length; -1: one length for all
   * @return {@code module}
   * @throws IllegalArgumentException if there is no such parameter or dimension
   */
  public static <M extends Module> M weightNorm(M module, String name, int dim) {
    module.registerParametrization(name, weight -> new WeightNorm(weight, dim));
    return module;
  }

  /**
   * Applies spectral normalization to the parameter {@code weight}. See {@link
   * #spectralNorm(Module, String, int, double, int)}.
   *
   * @param <M> the type of the module
   * @param module the module that has the parameter
   * @return {@code module}
   */
  public static <M extends Module> M spectralNorm(M module) {
    return spectralNorm(module, "weight");
  }

  /**
   * Applies spectral normalization with one power iteration, eps = 1e-12 and dim = 0. See {@link
   * #spectralNorm(Module, String, int, double, int)}.
   *
   * @param <M> the type of the module
   * @param module the module that has the parameter
   * @param name the name of a parameter of the module itself
   * @return {@code module}
   */
  public static <M extends Module> M spectralNorm(M module, String name) {
    return spectralNorm(module, name, 1, 1e-12, 0);
  }

  /**
   * Applies spectral normalization: the parameter is computed as W / σ(W), where σ(W) is the
   * largest singular value of W, approximated by power iteration. Miyato et al., "Spectral
   * normalization for generative adversarial networks" (2018). The new parameter is {@code
   * parametrizations.NAME.original}, W; the buffers {@code parametrizations.NAME.0._u} and {@code
   * _v} are the singular vectors, which every forward in training improves.
   *
   * @param <M> the type of the module
   * @param module the module that has the parameter
   * @param name of a parameter of the module itself, not of a submodule
   * @param nPowerIterations the number of power iterations in each forward, at least 1
   * @param eps keeps norms from 0
   * @param dim the dimension of the outputs; all others are flattened
   * @return {@code module}
   * @throws IllegalArgumentException if there is no such parameter or dimension
   */
  public static <M extends Module> M spectralNorm(
      M module, String name, int nPowerIterations, double eps, int dim) {
    module.registerParametrization(
        name, weight -> new SpectralNorm(weight, nPowerIterations, eps, dim));
    return module;
  }

  /** Returns a dimension counted from 0, or throws if it is out of range. */
  static int dimension(int dim, int count) {
    if (dim < -count || dim >= count) {
      throw new IndexException(
          String.format(Locale.ROOT, "dim: expected %d to %d, got %d", -count, count - 1, dim));
    }
    return dim < 0 ? dim + count : dim;
  }
}
