package panama.torch.nn;

import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.IndexException;
import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * An embedding of bags: the sum, mean or maximum of the vectors of the symbols in each of N bags,
 * (N, H), computed without storing the single vectors.
 *
 * <p>Parameter: {@code weight} (V, H), described in {@link EmbeddingTable}. Padding symbols are
 * left out of the bag.
 */
public final class EmbeddingBag extends EmbeddingTable<EmbeddingBag> implements Layer {
  /** The ways of combining the vectors of a bag. */
  public enum Mode {
    /** Their sum. */
    SUM(0),
    /** Their mean. PyTorch's default. */
    MEAN(1),
    /** Their elementwise maximum. */
    MAX(2);

    private final int code;

    Mode(int code) {
      this.code = code;
    }
  }

  private final Mode mode;
  private final boolean includeLastOffset;

  /**
   * Creates a layer with PyTorch's defaults: the mean, without a padding symbol, with random
   * vectors.
   *
   * @param numEmbeddings V, the number of symbols
   * @param embeddingDim H, the size of a vector
   * @throws IllegalArgumentException if a size is below 1
   */
  public EmbeddingBag(long numEmbeddings, long embeddingDim) {
    this(builder(numEmbeddings, embeddingDim));
  }

  private EmbeddingBag(Builder builder) {
    super(builder);
    mode = builder.mode;
    includeLastOffset = builder.includeLastOffset;
    if (mode == Mode.MAX && scaleGradByFreq()) {
      throw new IllegalArgumentException(
          "scaleGradByFreq: expected false for mode MAX, got true; use SUM or MEAN");
    }
  }

  /**
   * Creates a layer that takes the mean of given vectors, (V, H), which are frozen and share their
   * data with it.
   *
   * @param vectors the vectors, (V, H)
   * @return the layer
   */
  public static EmbeddingBag fromPretrained(Tensor vectors) {
    return fromPretrained(vectors, true);
  }

  /**
   * Creates a layer that takes the mean of given vectors, which share their data with it.
   *
   * @param vectors (V, H)
   * @param freeze whether they are not trained
   * @return the layer
   * @throws ShapeException if vectors does not have two dimensions
   */
  public static EmbeddingBag fromPretrained(Tensor vectors, boolean freeze) {
    Shape shape = pretrained(vectors);
    return builder(shape.size(0), shape.size(1)).weight(vectors).freeze(freeze).build();
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param numEmbeddings V, the number of symbols
   * @param embeddingDim H, the size of a vector
   * @throws IllegalArgumentException if a size is below 1
   */
  public static Builder builder(long numEmbeddings, long embeddingDim) {
    return new Builder(numEmbeddings, embeddingDim);
  }

  /** The options of an {@link EmbeddingBag}. */
  public static final class Builder extends EmbeddingTable.Builder<Builder> {
    private Mode mode = Mode.MEAN;
    private boolean includeLastOffset;

    private Builder(long numEmbeddings, long embeddingDim) {
      super(numEmbeddings, embeddingDim);
    }

    /**
     * Sets how the vectors of a bag are combined. Default: {@link Mode#MEAN}.
     *
     * @param mode how the vectors are combined
     * @return this builder
     */
    public Builder mode(Mode mode) {
      this.mode = mode;
      return this;
    }

    /**
     * Sets whether offsets has an additional last element, the number of all indices. Default:
     * false.
     *
     * @param includeLastOffset whether offsets has the additional element
     * @return this builder
     */
    public Builder includeLastOffset(boolean includeLastOffset) {
      this.includeLastOffset = includeLastOffset;
      return this;
    }

    /**
     * Returns the layer.
     *
     * @throws IllegalArgumentException for scaleGradByFreq with {@link Mode#MAX}
     */
    public EmbeddingBag build() {
      return new EmbeddingBag(this);
    }
  }

  /**
   * Returns the embeddings of bags of equal size B.
   *
   * @param indices (N, B), INT64 or INT32, each from 0 to V - 1
   * @return (N, H)
   */
  @Override
  public Tensor forward(Tensor indices) {
    return forward(indices, null, null);
  }

  /**
   * Returns the embeddings of bags of any sizes.
   *
   * @param indices all bags concatenated, INT64 or INT32, each index from 0 to V - 1
   * @param offsets the position in indices at which each bag starts, (N), in the type of indices;
   *     null for indices of shape (N, B)
   * @return (N, H)
   */
  public Tensor forward(Tensor indices, @Nullable Tensor offsets) {
    return forward(indices, offsets, null);
  }

  /**
   * Returns the embeddings of bags with a factor for each vector.
   *
   * @param indices (N, B), or with offsets all bags concatenated
   * @param offsets the position in indices at which each bag starts, (N), or (N + 1) with
   *     includeLastOffset, ascending from 0; null for bags of equal size
   * @param perSampleWeights a factor for each vector, in the shape of indices, only for {@link
   *     Mode#SUM}; null: all 1
   * @return (N, H)
   * @throws ArgumentException if shapes or types do not fit together
   */
  public Tensor forward(
      Tensor indices, @Nullable Tensor offsets, @Nullable Tensor perSampleWeights) {
    return call(
        indices,
        in -> {
          check(in, offsets, mode, perSampleWeights, includeLastOffset);
          Tensor weight = weight();
          renorm(weight, in);
          return bags(
              in,
              weight,
              offsets,
              scaleGradByFreq(),
              mode,
              perSampleWeights,
              includeLastOffset,
              paddingIdx());
        });
  }

  static void check(
      Tensor indices,
      @Nullable Tensor offsets,
      Mode mode,
      @Nullable Tensor perSampleWeights,
      boolean includeLastOffset) {
    checkIndices(indices);
    Shape shape = indices.shape();
    if (offsets == null ? shape.dim() != 2 : shape.dim() != 1) {
      throw new ShapeException(
          "indices: expected %s, got shape %s"
              .formatted(
                  offsets == null
                      ? "shape (N, B), or one dimension together with offsets"
                      : "one dimension because there are offsets",
                  shape));
    }
    if (offsets != null && offsets.dim() != 1) {
      throw new ShapeException(
          "offsets: expected one dimension, (N), got shape " + offsets.shape());
    }
    if (offsets != null) {
      checkStarts(offsets, shape.numel(), includeLastOffset);
    }
    if (perSampleWeights != null) {
      if (mode != Mode.SUM) {
        throw new IllegalArgumentException(
            "perSampleWeights: expected none for mode %s; they need mode SUM".formatted(mode));
      }
      if (!perSampleWeights.shape().equals(shape)) {
        throw new ShapeException(
            "perSampleWeights: expected shape %s, that of indices, got %s"
                .formatted(shape, perSampleWeights.shape()));
      }
    }
  }

  /** Throws for offsets with which libtorch would read out of bounds. */
  private static void checkStarts(Tensor offsets, long count, boolean includeLastOffset) {
    DType dtype = offsets.dtype();
    if (dtype != DType.INT64 && dtype != DType.INT32) {
      throw new DTypeException(
          "offsets: expected int64 or int32, got " + dtype + "; convert with .to(DType.INT64)");
    }
    long[] starts;
    try (TensorScope scope = new TensorScope()) {
      starts = offsets.to(TensorOptions.of(DType.INT64)).toLongArray();
    }
    int least = (includeLastOffset ? 1 : 0) + (count > 0 ? 1 : 0);
    if (starts.length < least) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "offsets: expected at least %d for %d indices with includeLastOffset=%s, got %d",
              least,
              count,
              includeLastOffset,
              starts.length));
    }
    long before = 0;
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] < before || starts[i] > (i == 0 ? 0 : count)) {
        throw new IndexException(
            String.format(
                Locale.ROOT,
                "offsets: expected 0 first, then ascending positions up to %d, the number of"
                    + " indices, got %d at %d",
                count,
                starts[i],
                i));
      }
      before = starts[i];
    }
  }

  static Tensor bags(
      Tensor indices,
      Tensor weight,
      @Nullable Tensor offsets,
      boolean scaleGradByFreq,
      Mode mode,
      @Nullable Tensor perSampleWeights,
      boolean includeLastOffset,
      OptionalLong paddingIdx) {
    try (TensorScope scope = new TensorScope()) {
      Tensor flat = indices.flatten();
      Tensor starts = offsets;
      if (starts == null) {
        long size = indices.size(1);
        starts = Torch.arange(0, indices.numel(), size).to(indices.dtype()).to(indices.device());
      }
      Op.Call op =
          Torch.op("aten::embedding_bag.padding_idx")
              .arg(weight)
              .arg(flat)
              .arg(starts)
              .arg(scaleGradByFreq)
              .arg(mode.code)
              .arg(false);
      op = op.argOrNone(perSampleWeights == null ? null : perSampleWeights.flatten());
      op.arg(offsets != null && includeLastOffset);
      op = paddingIdx.isEmpty() ? op.none() : op.arg(paddingIdx.getAsLong());
      return scope.keep(op.call().tensor(0));
    }
  }

  @Override
  protected String extraRepr() {
    return repr("", ", mode='%s'%s".formatted(mode.name().toLowerCase(Locale.ROOT), paddingRepr()));
  }
}
