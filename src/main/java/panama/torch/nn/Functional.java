package panama.torch.nn;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import panama.torch.IndexException;
import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.internal.Arguments;

/**
 * The functions of {@code torch.nn.functional}: the computations of layers and losses, with weights
 * and options as arguments. Names and defaults are PyTorch's.
 *
 * <pre>{@code
 * Tensor y = Functional.relu(Functional.linear(x, weight, bias));
 * Tensor loss = Functional.crossEntropy(y, target, null, Reduction.SUM);
 * }</pre>
 */
public final class Functional extends FunctionalOperators {
  private static final Op BATCH_NORM = Torch.op("aten::batch_norm");
  private static final Op EMBEDDING = Torch.op("aten::embedding");
  private static final Op FEATURE_DROPOUT = Torch.op("aten::feature_dropout");
  private static final Op INSTANCE_NORM = Torch.op("aten::instance_norm");
  private static final Op KL_DIV = Torch.op("aten::kl_div");

  private Functional() {}

  /**
   * Returns the rows of a table at indices.
   *
   * @param indices INT64 or INT32, of any shape (*)
   * @param weight the table, (V, H)
   * @return (*, H)
   */
  public static Tensor embedding(Tensor indices, Tensor weight) {
    return EMBEDDING.arg(weight).arg(indices).tensor();
  }

  /**
   * Returns the rows of a table at indices; no gradient flows to one of them.
   *
   * @param indices INT64 or INT32, of any shape (*)
   * @param weight the table, (V, H)
   * @param paddingIdx the row without a gradient; a negative number counts from the last
   * @return (*, H)
   * @throws IndexException where there is no such row
   */
  public static Tensor embedding(Tensor indices, Tensor weight, long paddingIdx) {
    long rows = weight.size(0);
    if (paddingIdx < -rows || paddingIdx >= rows) {
      throw new IndexException(
          String.format(
              Locale.ROOT,
              "paddingIdx: expected %d to %d for a weight of %d rows, got %d",
              -rows,
              rows - 1,
              rows,
              paddingIdx));
    }
    long row = paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
    return EMBEDDING.arg(weight).arg(indices).arg(row).tensor();
  }

  /**
   * Returns the sums, means or maxima of the vectors in each of N bags of indices, without storing
   * the single vectors.
   *
   * @param indices (N, B), or with offsets all bags concatenated: INT64 or INT32
   * @param weight the table, (V, H)
   * @param offsets where in indices each bag begins, (N); null for indices (N, B)
   * @param mode how the vectors of a bag are combined
   * @return (N, H)
   */
  public static Tensor embeddingBag(
      Tensor indices, Tensor weight, @Nullable Tensor offsets, EmbeddingBag.Mode mode) {
    return embeddingBag(indices, weight, offsets, mode, null);
  }

  /**
   * Returns the sums, means or maxima of the vectors in each of N bags of indices, without storing
   * the single vectors.
   *
   * @param indices (N, B), or with offsets all bags concatenated: INT64 or INT32
   * @param weight the table, (V, H)
   * @param offsets where in indices each bag begins, (N); null for indices (N, B)
   * @param mode how the vectors of a bag are combined
   * @param perSampleWeights a factor for each vector, in the shape of indices, only for sums; null:
   *     all 1
   * @return (N, H)
   */
  public static Tensor embeddingBag(
      Tensor indices,
      Tensor weight,
      @Nullable Tensor offsets,
      EmbeddingBag.Mode mode,
      @Nullable Tensor perSampleWeights) {
    EmbeddingBag.check(indices, offsets, mode, perSampleWeights, false);
    return EmbeddingBag.bags(
        indices, weight, offsets, false, mode, perSampleWeights, false, OptionalLong.empty());
  }

  // Activation functions

  /**
   * Returns softmax(-x) along a dimension.
   *
   * @param input a tensor of any shape
   * @param dim the dimension along which the results sum to 1
   */
  public static Tensor softmin(Tensor input, int dim) {
    try (Tensor negative = input.neg()) {
      return negative.softmax(dim);
    }
  }

  /**
   * Returns x / (1 + |x|) of each element.
   *
   * @param input a tensor of any shape
   */
  public static Tensor softsign(Tensor input) {
    try (TensorScope scope = new TensorScope()) {
      return scope.keep(input.div(input.abs().add(1)));
    }
  }

  /**
   * Returns x - tanh(x) of each element.
   *
   * @param input a tensor of any shape
   */
  public static Tensor tanhshrink(Tensor input) {
    try (Tensor tanh = input.tanh()) {
      return input.sub(tanh);
    }
  }

  /**
   * Returns samples of the Gumbel-softmax distribution over the last dimension, tau 1.
   *
   * @param logits unnormalized log probabilities
   */
  public static Tensor gumbelSoftmax(Tensor logits) {
    return gumbelSoftmax(logits, 1, false, -1);
  }

  /**
   * Returns samples of the Gumbel-softmax distribution, which stand for draws of one class each and
   * let gradients through.
   *
   * @param logits unnormalized log probabilities, (..., C, ...)
   * @param tau the temperature; the samples approach draws of one class as it approaches 0
   * @param hard whether to return 1 for the largest class and 0 for the others, with the gradients
   *     of the samples
   * @param dim the dimension of the classes
   * @return in the shape of logits
   */
  public static Tensor gumbelSoftmax(Tensor logits, double tau, boolean hard, int dim) {
    Arguments.positive("tau", tau);
    try (TensorScope scope = new TensorScope()) {
      Tensor noise = Torch.emptyLike(logits).exponential_().log();
      Tensor soft = logits.sub(noise).div(tau).softmax(dim);
      if (!hard) {
        return scope.keep(soft);
      }
      Tensor index = soft.detach().argmax(dim, true);
      Tensor one = Torch.zerosLike(logits).scatter_(dim, index, 1.0);
      return scope.keep(one.sub(soft.detach()).add(soft));
    }
  }

  // Dropout of channels

  /**
   * Returns the elements, in training with whole channels zeroed and the others scaled by 1 / (1 -
   * p).
   *
   * @param input (N, C, L) or (C, L)
   * @param p the probability of zeroing a channel
   * @param training whether in training; otherwise nothing changes
   */
  public static Tensor dropout1d(Tensor input, double p, boolean training) {
    return dropChannels(input, p, training, 1);
  }

  /**
   * Returns the elements, in training with whole channels zeroed and the others scaled by 1 / (1 -
   * p).
   *
   * @param input (N, C, H, W) or (C, H, W)
   * @param p the probability of zeroing a channel
   * @param training whether in training; otherwise nothing changes
   */
  public static Tensor dropout2d(Tensor input, double p, boolean training) {
    return dropChannels(input, p, training, 2);
  }

  /**
   * Returns the elements, in training with whole channels zeroed and the others scaled by 1 / (1 -
   * p).
   *
   * @param input (N, C, D, H, W) or (C, D, H, W)
   * @param p the probability of zeroing a channel
   * @param training whether in training; otherwise nothing changes
   */
  public static Tensor dropout3d(Tensor input, double p, boolean training) {
    return dropChannels(input, p, training, 3);
  }

  private static Tensor dropChannels(Tensor input, double p, boolean training, int dims) {
    Arguments.probability("p", p);
    if (input.dim() != dims + 1 && input.dim() != dims + 2) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "input: expected %d or %d dimensions, got shape %s",
              dims + 2,
              dims + 1,
              input.shape()));
    }
    try (TensorScope scope = new TensorScope()) {
      boolean batched = input.dim() == dims + 2;
      Tensor batch = batched ? input : input.unsqueeze(0);
      Tensor result = FEATURE_DROPOUT.arg(batch).arg(p).arg(training).tensor();
      return scope.keep(batched ? result : result.squeeze(0));
    }
  }

  // Normalization

  /**
   * Returns the vectors along dimension 1 divided by their Euclidean norm, at least 1e-12.
   *
   * @param input a tensor of any shape
   */
  public static Tensor normalize(Tensor input) {
    return normalize(input, 2, 1, 1e-12);
  }

  /**
   * Returns the vectors along a dimension divided by their norm.
   *
   * @param input a tensor of any shape
   * @param p the exponent of the norm
   * @param dim the dimension
   * @param eps the least number to divide by
   */
  public static Tensor normalize(Tensor input, double p, int dim, double eps) {
    try (TensorScope scope = new TensorScope()) {
      return scope.keep(input.div(input.norm(p, new long[] {dim}, true).clampMin(eps)));
    }
  }

  /**
   * Returns (x - mean) / √(var + 1e-5) with given statistics of each channel.
   *
   * @param input (N, C) or (N, C, ...)
   * @param runningMean (C)
   * @param runningVar (C)
   */
  public static Tensor batchNorm(Tensor input, Tensor runningMean, Tensor runningVar) {
    return batchNorm(input, runningMean, runningVar, null, null, false, 0.1, 1e-5);
  }

  /**
   * Returns (x - mean) / √(var + eps) · weight + bias, each channel by itself.
   *
   * @param input (N, C) or (N, C, ...)
   * @param runningMean (C), the mean outside training, where it must not be null; updated in
   *     training
   * @param runningVar (C), the variance likewise
   * @param weight (C), or null for 1
   * @param bias (C), or null for 0
   * @param training whether to take mean and variance of the batch
   * @param momentum how far running statistics move towards those of a batch, from 0 to 1
   * @param eps added to the variance
   */
  public static Tensor batchNorm(
      Tensor input,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean training,
      double momentum,
      double eps) {
    return normed(
        BATCH_NORM.arg(input), runningMean, runningVar, weight, bias, training, momentum, eps);
  }

  /**
   * Returns (x - mean) / √(var + 1e-5), each channel of each example by itself.
   *
   * @param input (N, C, L), or with more dimensions
   */
  public static Tensor instanceNorm(Tensor input) {
    return instanceNorm(input, null, null, null, null, true, 0.1, 1e-5);
  }

  /**
   * Returns (x - mean) / √(var + eps) · weight + bias, each channel of each example by itself.
   *
   * @param input (N, C, ...)
   * @param runningMean (C), the mean where useInputStats is false; updated where it is true
   * @param runningVar (C), the variance likewise
   * @param weight (C), or null for 1
   * @param bias (C), or null for 0
   * @param useInputStats whether to take mean and variance of the input
   * @param momentum how far running statistics move towards those of the input, from 0 to 1
   * @param eps added to the variance
   */
  public static Tensor instanceNorm(
      Tensor input,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean useInputStats,
      double momentum,
      double eps) {
    return normed(
        INSTANCE_NORM.arg(input),
        runningMean,
        runningVar,
        weight,
        bias,
        useInputStats,
        momentum,
        eps);
  }

  private static Tensor normed(
      Op.Call call,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean own,
      double momentum,
      double eps) {
    return call.argOrNone(weight)
        .argOrNone(bias)
        .argOrNone(runningMean)
        .argOrNone(runningVar)
        .arg(own)
        .arg(momentum)
        .arg(eps)
        .arg(true)
        .tensor();
  }

  /**
   * Returns the local response normalization with alpha 1e-4, beta 0.75 and k 1.
   *
   * @param input (N, C, L), or with more dimensions
   * @param size the number of neighbouring channels
   */
  public static Tensor localResponseNorm(Tensor input, long size) {
    return localResponseNorm(input, size, 1e-4, 0.75, 1);
  }

  /**
   * Returns x / (k + alpha · mean of x² over neighbouring channels)^beta.
   *
   * @param input (N, C, L), or with more dimensions
   * @param size the number of neighbouring channels
   * @param alpha the factor of the mean
   * @param beta the exponent
   * @param k the summand of the divisor
   */
  public static Tensor localResponseNorm(
      Tensor input, long size, double alpha, double beta, double k) {
    Arguments.positive("size", size);
    if (input.dim() < 3) {
      throw new ShapeException(
          "input: expected at least 3 dimensions, (N, C, ...), got shape " + input.shape());
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor squares = input.square().flatten(2, -1).unsqueeze(1);
      Tensor padded = pad(squares, new long[] {0, 0, size / 2, (size - 1) / 2});
      Tensor means = avgPool2d(padded, new long[] {size, 1}, new long[] {1, 1}).squeeze(1);
      Tensor divisor = means.reshapeAs(input).mul(alpha).add(k).pow(beta);
      return scope.keep(input.div(divisor));
    }
  }

  // Pooling

  /**
   * Returns {@link #adaptiveMaxPool1dWithIndices} without the positions.
   *
   * @param input (N, C, L) or (C, L)
   * @param outputSize the length of the result
   */
  public static Tensor adaptiveMaxPool1d(Tensor input, long outputSize) {
    return first(adaptiveMaxPool1dWithIndices(input, outputSize));
  }

  /**
   * Returns {@link #adaptiveMaxPool2dWithIndices} without the positions.
   *
   * @param input (N, C, H, W) or (C, H, W)
   * @param outputSize the height and width of the result
   */
  public static Tensor adaptiveMaxPool2d(Tensor input, long[] outputSize) {
    return first(adaptiveMaxPool2dWithIndices(input, outputSize));
  }

  /**
   * Returns {@link #adaptiveMaxPool3dWithIndices} without the positions.
   *
   * @param input (N, C, D, H, W) or (C, D, H, W)
   * @param outputSize the depth, height and width of the result
   */
  public static Tensor adaptiveMaxPool3d(Tensor input, long[] outputSize) {
    return first(adaptiveMaxPool3dWithIndices(input, outputSize));
  }

  private static Tensor first(List<Tensor> results) {
    results.get(1).close();
    return results.getFirst();
  }

  /**
   * Returns (Σ x^p)^(1/p) over windows, side by side.
   *
   * @param input (N, C, L) or (C, L)
   * @param normType p
   * @param kernelSize the length of a window
   */
  public static Tensor lpPool1d(Tensor input, double normType, long kernelSize) {
    return lpPool1d(input, normType, kernelSize, kernelSize, false);
  }

  /**
   * Returns (Σ x^p)^(1/p) over windows.
   *
   * @param input (N, C, L) or (C, L)
   * @param normType p
   * @param kernelSize the length of a window
   * @param stride the distance between windows
   * @param ceilMode whether to round the number of windows up rather than down
   */
  public static Tensor lpPool1d(
      Tensor input, double normType, long kernelSize, long stride, boolean ceilMode) {
    try (TensorScope scope = new TensorScope()) {
      Tensor means = avgPool1d(input.pow(normType), kernelSize, stride, 0, ceilMode);
      return scope.keep(root(means, kernelSize, normType));
    }
  }

  /**
   * Returns (Σ x^p)^(1/p) over windows.
   *
   * @param input (N, C, H, W) or (C, H, W)
   * @param normType p
   * @param kernelSize the height and width of a window
   * @param stride the distances between windows
   * @param ceilMode whether to round the number of windows up rather than down
   */
  public static Tensor lpPool2d(
      Tensor input, double normType, long[] kernelSize, long[] stride, boolean ceilMode) {
    try (TensorScope scope = new TensorScope()) {
      Tensor means =
          avgPool2d(input.pow(normType), kernelSize, stride, new long[] {0, 0}, ceilMode);
      return scope.keep(root(means, Shape.of(kernelSize).numel(), normType));
    }
  }

  /**
   * Returns (Σ x^p)^(1/p) over windows.
   *
   * @param input (N, C, D, H, W) or (C, D, H, W)
   * @param normType p
   * @param kernelSize the depth, height and width of a window
   * @param stride the distances between windows
   * @param ceilMode whether to round the number of windows up rather than down
   */
  public static Tensor lpPool3d(
      Tensor input, double normType, long[] kernelSize, long[] stride, boolean ceilMode) {
    try (TensorScope scope = new TensorScope()) {
      Tensor means =
          avgPool3d(input.pow(normType), kernelSize, stride, new long[] {0, 0, 0}, ceilMode);
      return scope.keep(root(means, Shape.of(kernelSize).numel(), normType));
    }
  }

  /** The p-th root of sums, given as means; relu makes the gradient at 0 finite, as PyTorch. */
  private static Tensor root(Tensor means, long count, double p) {
    return means.sign().mul(means.abs().relu()).mul(count).pow(1 / p);
  }

  // Losses

  /**
   * Returns the mean of target · (log target - x) over all elements.
   *
   * @param input log probabilities
   * @param target probabilities, in the shape of input
   */
  public static Tensor klDiv(Tensor input, Tensor target) {
    return klDiv(input, target, Reduction.MEAN, false);
  }

  /**
   * Returns target · (log target - x), reduced.
   *
   * @param input log probabilities
   * @param target probabilities, in the shape of input
   * @param reduction how the losses of single elements are combined
   */
  public static Tensor klDiv(Tensor input, Tensor target, Reduction reduction) {
    return klDiv(input, target, reduction, false);
  }

  /**
   * Returns target · (log target - x), reduced: the Kullback-Leibler divergence with {@link
   * Reduction#BATCHMEAN}.
   *
   * @param input log probabilities
   * @param target probabilities
   * @param reduction how the losses of single elements are combined
   * @param logTarget whether the target is given as log probabilities, too
   */
  public static Tensor klDiv(Tensor input, Tensor target, Reduction reduction, boolean logTarget) {
    try (TensorScope scope = new TensorScope()) {
      boolean batch = reduction == Reduction.BATCHMEAN;
      Tensor loss =
          KL_DIV
              .arg(input)
              .arg(target)
              .arg((batch ? Reduction.SUM : reduction).code())
              .arg(logTarget)
              .tensor();
      return scope.keep(batch && input.dim() != 0 ? loss.div(input.size(0)) : loss);
    }
  }

  /**
   * Returns the mean of (log var + (x - target)² / var) / 2, var at least 1e-6.
   *
   * @param input the means
   * @param target the observed values, in the shape of input
   * @param var variances, at least 0, in the shape of input
   */
  public static Tensor gaussianNllLoss(Tensor input, Tensor target, Tensor var) {
    return gaussianNllLoss(input, target, var, false, 1e-6, Reduction.MEAN);
  }

  /**
   * Returns (log var + (x - target)² / var) / 2, reduced: the negative log likelihood of normal
   * distributions.
   *
   * @param input the means
   * @param target the observed values, in the shape of input
   * @param var variances, at least 0: in the shape of input, without its last dimension, or with
   *     size 1 in one of its dimensions
   * @param full whether to add log(2π) / 2
   * @param eps the value that smaller variances are raised to
   * @param reduction how the losses of single elements are combined
   */
  public static Tensor gaussianNllLoss(
      Tensor input, Tensor target, Tensor var, boolean full, double eps, Reduction reduction) {
    return GaussianNLLLoss.builder()
        .full(full)
        .eps(eps)
        .reduction(reduction)
        .build()
        .forward(input, target, var);
  }

  /**
   * Returns the mean loss of several labels for each example, each by binary cross-entropy.
   *
   * @param input logits, (N, C) or (C)
   * @param target 0 or 1, in the shape of input
   */
  public static Tensor multilabelSoftMarginLoss(Tensor input, Tensor target) {
    return multilabelSoftMarginLoss(input, target, null, Reduction.MEAN);
  }

  /**
   * Returns the loss of several labels for each example, each by binary cross-entropy, reduced.
   *
   * @param input logits, (N, C) or (C)
   * @param target 0 or 1, in the shape of input
   * @param weight the weights of the classes, (C); null for 1
   * @param reduction how the losses of single elements are combined
   */
  public static Tensor multilabelSoftMarginLoss(
      Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction) {
    try (TensorScope scope = new TensorScope()) {
      Tensor each =
          binaryCrossEntropyWithLogits(input, target, weight, null, Reduction.NONE).mean(-1);
      return scope.keep(
          switch (reduction) {
            case NONE -> each;
            case MEAN -> each.mean();
            case SUM -> each.sum();
            case BATCHMEAN -> throw Reduction.refusedBatchMean();
          });
    }
  }

  /**
   * Returns the mean connectionist temporal classification loss, with class 0 for blanks.
   *
   * @param logProbs log probabilities, (L, N, C) or (L, C)
   * @param targets labels other than the blank, INT64 or INT32: (N, S), or concatenated
   * @param inputLengths N lengths, each from 0 to L
   * @param targetLengths N lengths, each from 0 to S
   */
  public static Tensor ctcLoss(
      Tensor logProbs, Tensor targets, long[] inputLengths, long[] targetLengths) {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, 0, Reduction.MEAN, false);
  }

  /**
   * Returns the connectionist temporal classification loss, reduced.
   *
   * @param logProbs log probabilities, (L, N, C) or (L, C)
   * @param targets labels other than the blank, INT64 or INT32: (N, S), or concatenated
   * @param inputLengths N lengths, each from 0 to L
   * @param targetLengths N lengths, each from 0 to S
   * @param blank the class of blanks
   * @param reduction how the losses of single elements are combined
   * @param zeroInfinity whether infinite losses, of inputs too short for their targets, become 0
   */
  public static Tensor ctcLoss(
      Tensor logProbs,
      Tensor targets,
      long[] inputLengths,
      long[] targetLengths,
      long blank,
      Reduction reduction,
      boolean zeroInfinity) {
    return CTCLoss.builder()
        .blank(blank)
        .reduction(reduction)
        .zeroInfinity(zeroInfinity)
        .build()
        .forward(logProbs, targets, inputLengths, targetLengths);
  }
}
