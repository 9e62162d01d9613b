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
 * Fills tensors with initial values, in place and without a trace in the graph. Formulas, defaults
 * and random stream are those of {@code torch.nn.init}.
 *
 * <p>Every method returns the tensor that it was given. Fan in is the number of inputs that one
 * output sees: for a tensor (out, in, k...) the product of all sizes but the first; fan out is out
 * · k....
 */
public final class Init {
  private Init() {}

  /**
   * The factor by which a layer's standard deviation grows to make up for what follows it. The
   * slope of a leaky ReLU is 0.01.
   */
  public static double calculateGain(Nonlinearity nonlinearity) {
    return calculateGain(nonlinearity, 0.01);
  }

  /**
   * The factor by which a layer's standard deviation grows to make up for what follows it.
   *
   * @param negativeSlope of {@link Nonlinearity#LEAKY_RELU}; the others have none
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

  /** Uniform in [0, 1). */
  public static Tensor uniform_(Tensor tensor) {
    return uniform_(tensor, 0, 1);
  }

  /** Uniform in [low, high). */
  public static Tensor uniform_(Tensor tensor, double low, double high) {
    try (Tensor data = tensor.detach()) {
      data.uniform_(low, high);
    }
    return tensor;
  }

  /** Standard normal. */
  public static Tensor normal_(Tensor tensor) {
    return normal_(tensor, 0, 1);
  }

  /** Normal. */
  public static Tensor normal_(Tensor tensor, double mean, double std) {
    try (Tensor data = tensor.detach()) {
      data.normal_(mean, std);
    }
    return tensor;
  }

  /** Standard normal, cut off at ±2. */
  public static Tensor truncNormal_(Tensor tensor) {
    return truncNormal_(tensor, 0, 1, -2, 2);
  }

  /**
   * Normal, cut off below {@code low} and above {@code high}: drawn until it lies between. Best
   * where the mean does, too.
   *
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
      // Where little is cut off, draws from the whole curve seldom miss; else, draws from the strip
      // are kept in proportion to the curve.
      if (normalCdf((high - mean) / std) - normalCdf((low - mean) / std) > 0.3) {
        redraw(data, mean, std, low, high);
      } else {
        reject(data, mean, std, low, high);
      }
    }
    return tensor;
  }

  private static void redraw(Tensor data, double mean, double std, double low, double high) {
    // The bounds as the tensor's type holds them, so that rounding lets nothing past them.
    double lowest = rounded(low, data.dtype());
    double highest = rounded(high, data.dtype());
    Tensor result = data.normal_(mean, std);
    while (true) {
      Tensor outside =
          Torch.op("aten::logical_or")
              .arg(result.lt(lowest))
              .arg(result.gt(highest))
              .call()
              .tensor();
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

  /** Where a new chance lies above the curve; the candidates become its logarithm. */
  private static Tensor rejected(
      Tensor candidates, Tensor chance, double mean, double std, double logPeak) {
    inPlace("aten::sub_.Scalar", candidates, mean);
    inPlace("aten::div_.Scalar", candidates, std);
    inPlace("aten::pow_.Scalar", candidates, 2);
    candidates.mul_(-0.5);
    inPlace("aten::sub_.Scalar", candidates, logPeak);
    chance.uniform_(0, 1);
    return Torch.op("aten::log_").arg(chance).call().tensor().gt(candidates);
  }

  private static void inPlace(String name, Tensor tensor, double value) {
    Torch.op(name).arg(tensor).arg(value).call();
  }

  private static Tensor emptyLike(Tensor tensor) {
    return Torch.op("aten::empty_like").arg(tensor).call().tensor();
  }

  private static boolean any(Tensor mask) {
    return Torch.op("aten::any").arg(mask).call().tensor().itemBoolean();
  }

  private static double rounded(double value, DType dtype) {
    return Torch.full(new long[0], value, TensorOptions.of(dtype)).item();
  }

  private static double normalCdf(double x) {
    Tensor scaled = Torch.full(new long[0], x / Math.sqrt(2.0), TensorOptions.of(DType.FLOAT64));
    return (1 + Torch.op("aten::erf").arg(scaled).call().tensor().item()) / 2;
  }

  /** All {@code value}. */
  public static Tensor constant_(Tensor tensor, double value) {
    try (Tensor data = tensor.detach()) {
      data.fill_(value);
    }
    return tensor;
  }

  /** All 1. */
  public static Tensor ones_(Tensor tensor) {
    return constant_(tensor, 1);
  }

  /** All 0. */
  public static Tensor zeros_(Tensor tensor) {
    return constant_(tensor, 0);
  }

  /**
   * The identity: as many inputs as there is room for pass a linear layer unchanged.
   *
   * @param tensor (out, in)
   * @throws ShapeException for another number of dimensions
   */
  public static Tensor eye_(Tensor tensor) {
    matrix(tensor);
    try (TensorScope scope = new TensorScope()) {
      Tensor data = tensor.detach().zero_();
      Torch.op("aten::diagonal").arg(data).call().tensor().fill_(1);
    }
    return tensor;
  }

  /** In one group. See {@link #dirac_(Tensor, long)}. */
  public static Tensor dirac_(Tensor tensor) {
    return dirac_(tensor, 1);
  }

  /**
   * The identity of a convolution: as many channels as there is room for pass it unchanged, in each
   * group.
   *
   * @param tensor (out, in / groups, k...) with one to three dimensions of k
   * @throws IllegalArgumentException for another number of dimensions, or groups that do not divide
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

  /** With gain 1. See {@link #xavierUniform_(Tensor, double)}. */
  public static Tensor xavierUniform_(Tensor tensor) {
    return xavierUniform_(tensor, 1);
  }

  /**
   * Uniform in ±gain √(6 / (fanIn + fanOut)): Glorot and Bengio, "Understanding the difficulty of
   * training deep feedforward neural networks" (2010).
   *
   * @param tensor at least two dimensions: (out, in, ...)
   */
  public static Tensor xavierUniform_(Tensor tensor, double gain) {
    double bound = Math.sqrt(3.0) * xavierStd(tensor, gain);
    return uniform_(tensor, -bound, bound);
  }

  /** With gain 1. See {@link #xavierNormal_(Tensor, double)}. */
  public static Tensor xavierNormal_(Tensor tensor) {
    return xavierNormal_(tensor, 1);
  }

  /**
   * Normal with standard deviation gain √(2 / (fanIn + fanOut)): Glorot and Bengio (2010).
   *
   * @param tensor at least two dimensions: (out, in, ...)
   */
  public static Tensor xavierNormal_(Tensor tensor, double gain) {
    return normal_(tensor, 0, xavierStd(tensor, gain));
  }

  private static double xavierStd(Tensor tensor, double gain) {
    Shape shape = tensor.shape();
    return gain * Math.sqrt(2.0 / (fan(shape, 1) + fan(shape, 0)));
  }

  /**
   * For a leaky ReLU by fan in. See {@link #kaimingUniform_(Tensor, double, FanMode,
   * Nonlinearity)}.
   */
  public static Tensor kaimingUniform_(Tensor tensor, double a) {
    return kaimingUniform_(tensor, a, FanMode.FAN_IN, Nonlinearity.LEAKY_RELU);
  }

  /**
   * Uniform in ±gain √(3 / fan): He et al., "Delving deep into rectifiers" (2015).
   *
   * @param tensor at least two dimensions: (out, in, ...)
   * @param a the slope of a leaky ReLU; PyTorch's default is 0
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
   * For a leaky ReLU by fan in. See {@link #kaimingNormal_(Tensor, double, FanMode, Nonlinearity)}.
   */
  public static Tensor kaimingNormal_(Tensor tensor, double a) {
    return kaimingNormal_(tensor, a, FanMode.FAN_IN, Nonlinearity.LEAKY_RELU);
  }

  /**
   * Normal with standard deviation gain / √fan: He et al. (2015).
   *
   * @param tensor at least two dimensions: (out, in, ...)
   * @param a the slope of a leaky ReLU; PyTorch's default is 0
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

  /** With gain 1. See {@link #orthogonal_(Tensor, double)}. */
  public static Tensor orthogonal_(Tensor tensor) {
    return orthogonal_(tensor, 1);
  }

  /**
   * A (semi-)orthogonal matrix times gain: Saxe et al., "Exact solutions to the nonlinear dynamics
   * of learning in deep linear neural networks" (2013).
   *
   * @param tensor at least two dimensions, all but the first taken together
   * @throws ShapeException for fewer
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
      Tensor diagonal = Torch.op("aten::diag").arg(qr.tensor(1)).call().tensor();
      // Signs that make the decomposition unique make the matrix uniformly distributed.
      Tensor q = qr.tensor(0).mul_(Torch.op("aten::sign").arg(diagonal).call().tensor());
      Tensor data = tensor.detach();
      data.view(rows, columns).copy_(rows < columns ? q.transpose(0, 1) : q);
      data.mul_(gain);
    }
    return tensor;
  }

  /** With standard deviation 0.01. See {@link #sparse_(Tensor, double, double)}. */
  public static Tensor sparse_(Tensor tensor, double sparsity) {
    return sparse_(tensor, sparsity, 0.01);
  }

  /**
   * Normal, with a share of each column 0: Martens, "Deep learning via Hessian-free optimization"
   * (2010).
   *
   * @param tensor (out, in)
   * @param sparsity the share, 0 to 1, rounded up to whole rows
   * @throws ShapeException for another number of dimensions
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
        Torch.op("aten::index_fill_.int_Scalar")
            .arg(data.select(1, column))
            .arg(0)
            .arg(rows)
            .arg(0)
            .call();
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

  /** Dimension 1 (in) or 0 (out), times the receptive field. */
  private static double fan(Shape shape, int dim) {
    if (shape.dim() < 2) {
      throw new ShapeException(
          "tensor: expected at least 2 dimensions (out, in, ...) to tell fan in and fan out, got"
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
