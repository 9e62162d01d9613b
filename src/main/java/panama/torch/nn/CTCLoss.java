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
 * Connectionist temporal classification: the negative log likelihood of a sequence of labels,
 * summed over all ways of stretching it over time. Graves et al., "Connectionist temporal
 * classification: labelling unsegmented sequence data with recurrent neural networks" (2006).
 *
 * <p>The mean divides each loss by its target's length first.
 *
 * <p>Shapes: L length, N batch, C classes, S the longest target.
 */
public final class CTCLoss extends Loss {
  private final long blank;
  private final boolean zeroInfinity;

  /** With PyTorch's defaults. */
  public CTCLoss() {
    this(builder());
  }

  private CTCLoss(Builder builder) {
    super(builder.reduction);
    blank = builder.blank;
    zeroInfinity = builder.zeroInfinity;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private long blank;
    private boolean zeroInfinity;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** The class that stands for no label. Default: 0. */
    public Builder blank(long blank) {
      this.blank = blank;
      return this;
    }

    /**
     * Whether infinite losses, of inputs too short for their targets, and their gradients become 0.
     * Default: false.
     */
    public Builder zeroInfinity(boolean zeroInfinity) {
      this.zeroInfinity = zeroInfinity;
      return this;
    }

    /** The loss. */
    public CTCLoss build() {
      return new CTCLoss(this);
    }
  }

  /**
   * Returns the loss.
   *
   * <p>In a padded row of targets only the first of them count, as many as its length says; what
   * follows may be anything.
   *
   * @param logProbs log probabilities, such as {@link LogSoftmax} makes: (L, N, C) or (L, C)
   * @param targets labels from 0 to C - 1, none of them the blank, INT64 or INT32: (N, S), or one
   *     sequence after the other (sum of lengths)
   * @param inputLengths N lengths, each from 0 to L
   * @param targetLengths N lengths, each from 0 to S
   * @throws ArgumentException for shapes or lengths that do not fit together, and for labels out of
   *     their range
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
    // Of sequences one after the other the shim checks the sum, and of all the labels.
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
        .call()
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
