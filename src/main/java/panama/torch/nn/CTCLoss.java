package panama.torch.nn;

import java.util.Locale;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.IndexException;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * The connectionist temporal classification loss: the negative log likelihood of a sequence of
 * labels, summed over all alignments of the labels with the longer input. Graves et al.,
 * "Connectionist temporal classification: labelling unsegmented sequence data with recurrent neural
 * networks" (2006).
 *
 * <p>{@link Reduction#MEAN} divides each loss by the length of its target, then takes the mean over
 * the batch.
 *
 * <p>Shapes: L input length, N batch, C classes including the blank, S length of the longest
 * target.
 */
public final class CTCLoss extends Loss<CTCLoss> {
  private final long blank;
  private final boolean zeroInfinity;

  /** Creates a loss with PyTorch's defaults: blank 0, the mean, infinite losses stay infinite. */
  public CTCLoss() {
    this(builder());
  }

  /**
   * Creates a loss that takes the mean.
   *
   * @param blank the class that stands for no label
   */
  public CTCLoss(long blank) {
    this(builder().blank(blank));
  }

  /**
   * Creates a loss with a reduction and blank 0.
   *
   * @param reduction how the losses of single elements are combined
   */
  public CTCLoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  /**
   * Creates a loss with a reduction.
   *
   * @param blank the class that stands for no label
   * @param reduction how the losses of single elements are combined
   */
  public CTCLoss(long blank, Reduction reduction) {
    this(builder().blank(blank).reduction(reduction));
  }

  /**
   * Creates a loss with all options.
   *
   * @param blank the class that stands for no label
   * @param reduction how the losses of single elements are combined
   * @param zeroInfinity whether infinite losses become 0; see {@link Builder#zeroInfinity}
   */
  public CTCLoss(long blank, Reduction reduction, boolean zeroInfinity) {
    this(builder().blank(blank).reduction(reduction).zeroInfinity(zeroInfinity));
  }

  private CTCLoss(Builder builder) {
    super(builder.reduction);
    blank = builder.blank;
    zeroInfinity = builder.zeroInfinity;
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link CTCLoss}. */
  public static final class Builder extends Loss.Builder<Builder> {
    private long blank;
    private boolean zeroInfinity;

    private Builder() {}

    /**
     * Sets the class that stands for no label, 0 to C - 1. Default: 0.
     *
     * @param blank the class
     * @return this builder
     */
    public Builder blank(long blank) {
      this.blank = blank;
      return this;
    }

    /**
     * Sets whether infinite losses, which occur if an input is too short for its target, and their
     * gradients become 0. Default: false.
     *
     * @param zeroInfinity whether infinite losses become 0
     * @return this builder
     */
    public Builder zeroInfinity(boolean zeroInfinity) {
      this.zeroInfinity = zeroInfinity;
      return this;
    }

    /** Returns the loss. */
    public CTCLoss build() {
      return new CTCLoss(this);
    }
  }

  /**
   * Returns the loss.
   *
   * <p>Of a padded row of targets only the first elements are used, as many as its length; the rest
   * may be anything.
   *
   * @param logProbs log probabilities, such as {@link LogSoftmax} makes: (L, N, C) or (L, C)
   * @param targets labels from 0 to C - 1, none of them the blank, INT64 or INT32: (N, S), or all
   *     sequences concatenated, (sum of lengths)
   * @param inputLengths N lengths, each from 0 to L
   * @param targetLengths N lengths, each from 0 to S
   * @return a scalar, or with {@link Reduction#NONE} a tensor (N), () for unbatched logProbs
   * @throws ArgumentException if shapes or lengths do not fit together, or a label is out of range
   */
  public Tensor forward(
      Tensor logProbs, Tensor targets, long[] inputLengths, long[] targetLengths) {
    try (TensorScope scope = new TensorScope()) {
      return scope.keep(
          forward(logProbs, targets, Torch.tensor(inputLengths), Torch.tensor(targetLengths)));
    }
  }

  /**
   * Returns the loss.
   *
   * @param logProbs log probabilities, (L, N, C) or (L, C)
   * @param targets labels other than the blank, INT64 or INT32: (N, S), or concatenated
   * @param inputLengths (N), INT64 or INT32, or () for unbatched logProbs
   * @param targetLengths (N), INT64 or INT32, or () for unbatched logProbs
   * @see #forward(Tensor, Tensor, long[], long[])
   */
  public Tensor forward(
      Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths) {
    return call(logProbs, in -> loss(in, targets, inputLengths, targetLengths));
  }

  private Tensor loss(Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths) {
    Shape shape = logProbs.shape();
    if (shape.dim() != 3 && shape.dim() != 2) {
      throw new ShapeException("logProbs: expected shape (L, N, C) or (L, C), got " + shape);
    }
    if (blank < 0 || blank >= shape.size(-1)) {
      throw new IndexException(
          String.format(
              Locale.ROOT,
              "blank: expected a class from 0 to %d for logProbs of shape %s, got %d",
              shape.size(-1) - 1,
              shape,
              blank));
    }
    long n = shape.dim() == 3 ? shape.size(1) : 1;
    checkLengths("inputLengths", inputLengths, n, shape.size(0), "L");
    // The shim checks the sum of the lengths of concatenated targets, and all labels.
    long most = targets.dim() == 0 ? 0 : targets.size(-1);
    checkLengths("targetLengths", targetLengths, n, most, "S");
    return Torch.op("aten::ctc_loss.Tensor")
        .arg(logProbs)
        .arg(targets)
        .arg(inputLengths)
        .arg(targetLengths)
        .arg(blank)
        .arg(reduction().code())
        .arg(zeroInfinity)
        .tensor();
  }

  private static void checkLengths(String name, Tensor lengths, long n, long most, String symbol) {
    if (lengths.numel() != n || lengths.dim() > 1) {
      throw new ShapeException(
          String.format(
              Locale.ROOT, "%s: expected N=%d lengths, got shape %s", name, n, lengths.shape()));
    }
    DType dtype = lengths.dtype();
    if (dtype != DType.INT64 && dtype != DType.INT32) {
      throw new DTypeException(
          "%s: expected int64 or int32, got %s; convert with .to(DType.INT64)"
              .formatted(name, dtype));
    }
    long[] values;
    try (TensorScope scope = new TensorScope()) {
      values = lengths.to(TensorOptions.of(DType.INT64)).toLongArray();
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] > most) {
        throw new IndexException(
            String.format(
                Locale.ROOT,
                "%s: expected lengths from 0 to %s=%d, got %d at %d",
                name,
                symbol,
                most,
                values[i],
                i));
      }
    }
  }
}
