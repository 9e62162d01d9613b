package panama.torch.nn.init;

import java.util.Locale;
import panama.torch.DType;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Functions that fill tensors with initial values, in place and without recording gradients.
 * Formulas, defaults and random numbers are those of {@code torch.nn.init}.
 *
 * <p>Every method returns the tensor that it was given. For a tensor (out, in, k...) fan in is in ·
 * k..., the number of inputs of one output, and fan out is out · k..., where k... are the sizes of
 * a convolution's kernel.
 */
public final class Init {
  private Init() {}

  /**
   * Returns the gain for a nonlinearity: the factor of the standard deviation that makes up for the
   * change of variance by the function. The slope of a leaky ReLU is 0.01.
   *
   * @param nonlinearity the function that follows the layer
   */
  public static double calculateGain(Nonlinearity nonlinearity) {
    return calculateGain(nonlinearity, 0.01);
  }

  /**
   * Returns the gain for a nonlinearity: the factor of the standard deviation that makes up for the
   * change of variance by the function.
   *
   * @param nonlinearity the function that follows the layer
   * @param negativeSlope the slope of {@link Nonlinearity#LEAKY_RELU}; unused for the others
   */
  public static double calculateGain(Nonlinearity nonlinearity, double negativeSlope) {
    return switch (nonlinearity) {
      case LINEAR, CONV1D, SIGMOID -> 1;
      case TANH -> 5.0 / 3;
      case RELU -> Math.sqrt(2.0);
      case LEAKY_RELU -> Math.sqrt(2.0 / (1 + negativeSlope * negativeSlope));
      case SELU -> 3.0 / 4;
    };
  }

  /**
   * Fills a tensor with random numbers, uniform in [0, 1).
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor uniform_(Tensor tensor) {
    return uniform_(tensor, 0, 1);
  }

  /**
   * Fills a tensor with random numbers, uniform in [low, high).
   *
   * @param tensor the tensor to fill
   * @param low the lower bound
   * @param high the upper bound
   * @return {@code tensor}
   */
  public static Tensor uniform_(Tensor tensor, double low, double high) {
    try (Tensor data = tensor.detach()) {
      data.uniform_(low, high);
    }
    return tensor;
  }

  /**
   * Fills a tensor with random numbers of the standard normal distribution.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor normal_(Tensor tensor) {
    return normal_(tensor, 0, 1);
  }

  /**
   * Fills a tensor with random numbers of a normal distribution.
   *
   * @param tensor the tensor to fill
   * @param mean the mean
   * @param std the standard deviation
   * @return {@code tensor}
   */
  public static Tensor normal_(Tensor tensor, double mean, double std) {
    try (Tensor data = tensor.detach()) {
      data.normal_(mean, std);
    }
    return tensor;
  }

  /**
   * Fills a tensor with random numbers of the standard normal distribution truncated at ±2.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor truncNormal_(Tensor tensor) {
    return truncNormal_(tensor, 0, 1, -2, 2);
  }

  /**
   * Fills a tensor with random numbers of a normal distribution truncated to [low, high]. Numbers
   * outside are drawn again, so that it is fastest if the mean lies inside.
   *
   * @param tensor the tensor to fill
   * @param mean of the normal distribution before truncation
   * @param std the standard deviation of the normal distribution before truncation
   * @param low the lower bound
   * @param high the upper bound
   * @return {@code tensor}
   * @throws IllegalArgumentException unless std is positive and low is below high
   */
  public static Tensor truncNormal_(
      Tensor tensor, double mean, double std, double low, double high) {
    if (!(std > 0)) {
      throw new IllegalArgumentException("std: expected a positive number, got " + std);
    }
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "low: expected a number below high=" + high + ", got " + low);
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor data = tensor.detach();
      // As PyTorch: if more than 0.3 of the distribution lies inside, numbers are drawn from it and
      // those outside redrawn; otherwise by rejection sampling from the uniform distribution.
      if (normalCdf((high - mean) / std) - normalCdf((low - mean) / std) > 0.3) {
        redraw(data, mean, std, low, high);
      } else {
        reject(data, mean, std, low, high);
      }
    }
    return tensor;
  }

  private static void redraw(Tensor data, double mean, double std, double low, double high) {
    // The bounds rounded to the tensor's type: its elements are compared with these.
    double lowest = rounded(low, data.dtype());
    double highest = rounded(high, data.dtype());
    Tensor result = data.normal_(mean, std);
    while (true) {
      Tensor outside = result.lt(lowest).logicalOr(result.gt(highest));
      if (!any(outside)) {
        break;
      }
      result = Torch.where(outside, emptyLike(result).normal_(mean, std), result);
    }
    if (result != data) {
      data.copy_(result);
    }
  }

  private static void reject(Tensor data, double mean, double std, double low, double high) {
    double mode = Math.max(low, Math.min(mean, high));
    double logPeak = -0.5 * Math.pow((mode - mean) / std, 2);
    Tensor candidates = emptyLike(data);
    Tensor chance = emptyLike(data);
    data.uniform_(low, high);
    candidates.copy_(data);
    Tensor pending = rejected(candidates, chance, mean, std, logPeak);
    Tensor result = data;
    while (any(pending)) {
      candidates.uniform_(low, high);
      result = Torch.where(pending, candidates, result);
      pending = Torch.where(pending, rejected(candidates, chance, mean, std, logPeak), pending);
    }
    data.copy_(result);
  }

  /**
   * Returns which candidates are rejected: those for which a random number is above the density
   * relative to its maximum. The candidates are overwritten by the logarithm of that density.
   */
  private static Tensor rejected(
      Tensor candidates, Tensor chance, double mean, double std, double logPeak) {
    inPlace("aten::sub_.Scalar", candidates, mean);
    inPlace("aten::div_.Scalar", candidates, std);
    inPlace("aten::pow_.Scalar", candidates, 2);
    candidates.mul_(-0.5);
    inPlace("aten::sub_.Scalar", candidates, logPeak);
    chance.uniform_(0, 1);
    return chance.log_().gt(candidates);
  }

  private static void inPlace(String name, Tensor tensor, double value) {
    Torch.op(name).arg(tensor).arg(value).call();
  }

  private static Tensor emptyLike(Tensor tensor) {
    return Torch.emptyLike(tensor);
  }

  private static boolean any(Tensor mask) {
    return mask.any().itemBoolean();
  }

  private static double rounded(double value, DType dtype) {
    return Torch.full(new long[0], value, TensorOptions.of(dtype)).item();
  }

  private static double normalCdf(double x) {
    Tensor scaled = Torch.full(new long[0], x / Math.sqrt(2.0), TensorOptions.of(DType.FLOAT64));
    return (1 + scaled.erf().item()) / 2;
  }

  /**
   * Fills a tensor with a value.
   *
   * @param tensor the tensor to fill
   * @param value the value of all elements
   * @return {@code tensor}
   */
  public static Tensor constant_(Tensor tensor, double value) {
    try (Tensor data = tensor.detach()) {
      data.fill_(value);
    }
    return tensor;
  }

  /**
   * Fills a tensor with 1.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor ones_(Tensor tensor) {
    return constant_(tensor, 1);
  }

  /**
   * Fills a tensor with 0.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor zeros_(Tensor tensor) {
    return constant_(tensor, 0);
  }

  /**
   * Fills a matrix with 1 on the diagonal and 0 elsewhere: a linear layer with this weight returns
   * its first inputs unchanged.
   *
   * @param tensor (out, in)
   * @return {@code tensor}
   * @throws ShapeException if it does not have two dimensions
   */
  public static Tensor eye_(Tensor tensor) {
    matrix(tensor);
    try (TensorScope scope = new TensorScope()) {
      Tensor data = tensor.detach().zero_();
      data.diagonal().fill_(1);
    }
    return tensor;
  }

  /**
   * Fills the weight of a convolution with the identity, for one group. See {@link #dirac_(Tensor,
   * long)}.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor dirac_(Tensor tensor) {
    return dirac_(tensor, 1);
  }

  /**
   * Fills the weight of a convolution with the identity: in each group it returns its first
   * channels unchanged, given suitable padding.
   *
   * @param tensor (out, in / groups, k...) with one to three kernel dimensions
   * @param groups the number of groups of the convolution
   * @return {@code tensor}
   * @throws IllegalArgumentException for another number of dimensions, or if groups does not divide
   *     out
   */
  public static Tensor dirac_(Tensor tensor, long groups) {
    Shape shape = tensor.shape();
    if (shape.dim() < 3 || shape.dim() > 5) {
      throw new ShapeException(
          "tensor: expected 3, 4 or 5 dimensions (out, in, k...), got shape " + shape);
    }
    if (groups < 1 || shape.size(0) % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "groups: expected a divisor of out=%d, got %d", shape.size(0), groups));
    }
    long perGroup = shape.size(0) / groups;
    try (TensorScope scope = new TensorScope()) {
      Tensor data = tensor.detach().zero_();
      for (long out = 0; out < shape.size(0); out++) {
        if (out % perGroup < shape.size(1)) {
          Tensor kernel = data.select(0, out).select(0, out % perGroup);
          for (int k = 2; k < shape.dim(); k++) {
            kernel = kernel.select(0, shape.size(k) / 2);
          }
          kernel.fill_(1);
        }
      }
    }
    return tensor;
  }

  /**
   * Applies Xavier's uniform initialization with gain 1. See {@link #xavierUniform_(Tensor,
   * double)}.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor xavierUniform_(Tensor tensor) {
    return xavierUniform_(tensor, 1);
  }

  /**
   * Fills a tensor with random numbers, uniform in ±gain √(6 / (fanIn + fanOut)). Glorot and
   * Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010).
   *
   * @param tensor at least two dimensions: (out, in, ...)
   * @param gain as {@link #calculateGain(Nonlinearity)} returns it
   * @return {@code tensor}
   * @throws ShapeException if tensor has fewer than two dimensions
   */
  public static Tensor xavierUniform_(Tensor tensor, double gain) {
    double bound = Math.sqrt(3.0) * xavierStd(tensor, gain);
    return uniform_(tensor, -bound, bound);
  }

  /**
   * Applies Xavier's normal initialization with gain 1. See {@link #xavierNormal_(Tensor, double)}.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor xavierNormal_(Tensor tensor) {
    return xavierNormal_(tensor, 1);
  }

  /**
   * Fills a tensor with normal random numbers of mean 0 and standard deviation gain √(2 / (fanIn +
   * fanOut)). Glorot and Bengio (2010), as for {@link #xavierUniform_(Tensor, double)}.
   *
   * @param tensor at least two dimensions: (out, in, ...)
   * @param gain as {@link #calculateGain(Nonlinearity)} returns it
   * @return {@code tensor}
   * @throws ShapeException if tensor has fewer than two dimensions
   */
  public static Tensor xavierNormal_(Tensor tensor, double gain) {
    return normal_(tensor, 0, xavierStd(tensor, gain));
  }

  private static double xavierStd(Tensor tensor, double gain) {
    Shape shape = tensor.shape();
    return gain * Math.sqrt(2.0 / (fan(shape, 1) + fan(shape, 0)));
  }

  /**
   * Applies Kaiming's uniform initialization with PyTorch's defaults: a = 0, fan in, leaky ReLU.
   * See {@link #kaimingUniform_(Tensor, double, FanMode, Nonlinearity)}.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor kaimingUniform_(Tensor tensor) {
    return kaimingUniform_(tensor, 0);
  }

  /**
   * Applies Kaiming's uniform initialization for a leaky ReLU, by fan in. See {@link
   * #kaimingUniform_(Tensor, double, FanMode, Nonlinearity)}.
   *
   * @param tensor the tensor to fill
   * @param a the slope of the leaky ReLU for negative numbers
   * @return {@code tensor}
   */
  public static Tensor kaimingUniform_(Tensor tensor, double a) {
    return kaimingUniform_(tensor, a, FanMode.FAN_IN, Nonlinearity.LEAKY_RELU);
  }

  /**
   * Fills a tensor with random numbers, uniform in ±gain √(3 / fan). He et al., "Delving deep into
   * rectifiers" (2015).
   *
   * @param tensor at least two dimensions: (out, in, ...)
   * @param a the slope of the leaky ReLU after the layer, used only for {@link
   *     Nonlinearity#LEAKY_RELU}; PyTorch's default is 0
   * @param mode the fan to divide by
   * @param nonlinearity the function after the layer, which determines the gain
   * @return {@code tensor}
   * @throws ShapeException if tensor has fewer than two dimensions
   */
  public static Tensor kaimingUniform_(
      Tensor tensor, double a, FanMode mode, Nonlinearity nonlinearity) {
    if (tensor.numel() == 0) {
      return tensor;
    }
    double bound = Math.sqrt(3.0) * kaimingStd(tensor, a, mode, nonlinearity);
    return uniform_(tensor, -bound, bound);
  }

  /**
   * Applies Kaiming's normal initialization with PyTorch's defaults: a = 0, fan in, leaky ReLU. See
   * {@link #kaimingNormal_(Tensor, double, FanMode, Nonlinearity)}.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor kaimingNormal_(Tensor tensor) {
    return kaimingNormal_(tensor, 0);
  }

  /**
   * Applies Kaiming's normal initialization for a leaky ReLU, by fan in. See {@link
   * #kaimingNormal_(Tensor, double, FanMode, Nonlinearity)}.
   *
   * @param tensor the tensor to fill
   * @param a the slope of the leaky ReLU for negative numbers
   * @return {@code tensor}
   */
  public static Tensor kaimingNormal_(Tensor tensor, double a) {
    return kaimingNormal_(tensor, a, FanMode.FAN_IN, Nonlinearity.LEAKY_RELU);
  }

  /**
   * Fills a tensor with normal random numbers of mean 0 and standard deviation gain / √fan. He et
   * al. (2015), as for {@link #kaimingUniform_(Tensor, double, FanMode, Nonlinearity)}.
   *
   * @param tensor at least two dimensions: (out, in, ...)
   * @param a the slope of the leaky ReLU after the layer, used only for {@link
   *     Nonlinearity#LEAKY_RELU}; PyTorch's default is 0
   * @param mode the fan to divide by
   * @param nonlinearity the function after the layer, which determines the gain
   * @return {@code tensor}
   * @throws ShapeException if tensor has fewer than two dimensions
   */
  public static Tensor kaimingNormal_(
      Tensor tensor, double a, FanMode mode, Nonlinearity nonlinearity) {
    if (tensor.numel() == 0) {
      return tensor;
    }
    return normal_(tensor, 0, kaimingStd(tensor, a, mode, nonlinearity));
  }

  private static double kaimingStd(
      Tensor tensor, double a, FanMode mode, Nonlinearity nonlinearity) {
    double fan = fan(tensor.shape(), mode == FanMode.FAN_IN ? 1 : 0);
    return calculateGain(nonlinearity, a) / Math.sqrt(fan);
  }

  /**
   * Fills a tensor with a random orthogonal matrix. See {@link #orthogonal_(Tensor, double)}.
   *
   * @param tensor the tensor to fill
   * @return {@code tensor}
   */
  public static Tensor orthogonal_(Tensor tensor) {
    return orthogonal_(tensor, 1);
  }

  /**
   * Fills a tensor with a random (semi-)orthogonal matrix times gain. Saxe et al., "Exact solutions
   * to the nonlinear dynamics of learning in deep linear neural networks" (2013).
   *
   * @param tensor at least two dimensions; all but the first are flattened to the columns
   * @param gain the factor of the matrix
   * @return {@code tensor}
   * @throws ShapeException if it has fewer
   */
  public static Tensor orthogonal_(Tensor tensor, double gain) {
    Shape shape = tensor.shape();
    if (shape.dim() < 2) {
      throw new ShapeException("tensor: expected at least 2 dimensions, got shape " + shape);
    }
    if (shape.numel() == 0) {
      return tensor;
    }
    long rows = shape.size(0);
    long columns = shape.numel() / rows;
    try (TensorScope scope = new TensorScope()) {
      Tensor normal =
          Torch.empty(
                  new long[] {rows, columns},
                  TensorOptions.of(tensor.dtype()).device(tensor.device()))
              .normal_(0, 1);
      var qr =
          Torch.op("aten::linalg_qr").arg(rows < columns ? normal.transpose(0, 1) : normal).call();
      Tensor diagonal = qr.tensor(1).diag();
      // Multiplied by the signs of the diagonal, q is uniformly distributed.
      Tensor q = qr.tensor(0).mul_(diagonal.sign());
      Tensor data = tensor.detach();
      data.view(rows, columns).copy_(rows < columns ? q.transpose(0, 1) : q);
      data.mul_(gain);
    }
    return tensor;
  }

  /**
   * Fills a matrix sparsely, with standard deviation 0.01. See {@link #sparse_(Tensor, double,
   * double)}.
   *
   * @param tensor the tensor to fill
   * @param sparsity the fraction of each column that is 0
   * @return {@code tensor}
   */
  public static Tensor sparse_(Tensor tensor, double sparsity) {
    return sparse_(tensor, sparsity, 0.01);
  }

  /**
   * Fills a matrix with normal random numbers of mean 0, then sets a share of each column to 0.
   * Martens, "Deep learning via Hessian-free optimization" (2010).
   *
   * @param tensor (out, in)
   * @param sparsity the share of zeros, 0 to 1, rounded up to whole rows
   * @param std the standard deviation of the others
   * @return {@code tensor}
   * @throws IllegalArgumentException unless sparsity is from 0 to 1
   * @throws ShapeException if tensor does not have two dimensions
   */
  public static Tensor sparse_(Tensor tensor, double sparsity, double std) {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException("sparsity: expected a share from 0 to 1, got " + sparsity);
    }
    Shape shape = matrix(tensor);
    long zeros = (long) Math.ceil(sparsity * shape.size(0));
    try (TensorScope scope = new TensorScope()) {
      Tensor data = tensor.detach().normal_(0, std);
      for (long column = 0; column < shape.size(1); column++) {
        Tensor rows = Torch.randperm(shape.size(0)).slice(0, 0, zeros).to(tensor.device());
        data.select(1, column).indexFill_(0, rows, 0);
      }
    }
    return tensor;
  }

  private static Shape matrix(Tensor tensor) {
    Shape shape = tensor.shape();
    if (shape.dim() != 2) {
      throw new ShapeException("tensor: expected 2 dimensions (out, in), got shape " + shape);
    }
    return shape;
  }

  /** Returns fan in (dim 1) or fan out (dim 0). */
  private static double fan(Shape shape, int dim) {
    if (shape.dim() < 2) {
      throw new ShapeException(
          "tensor: expected at least 2 dimensions (out, in, ...) to compute fan in and fan out, got"
              + " shape "
              + shape);
    }
    double fan = shape.size(dim);
    for (int i = 2; i < shape.dim(); i++) {
      fan *= shape.size(i);
    }
    return fan;
  }
}
