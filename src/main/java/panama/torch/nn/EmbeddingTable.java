package panama.torch.nn;

import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.IndexException;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.init.Init;

/**
 * What {@link Embedding} and {@link EmbeddingBag} share: a learned vector for each of a number of
 * symbols.
 *
 * <p>Parameter: {@code weight} (V, H), standard normal; the row of {@code paddingIdx} is 0 and gets
 * no gradient.
 */
public abstract sealed class EmbeddingTable extends Module permits Embedding, EmbeddingBag {
  private final long numEmbeddings;
  private final long embeddingDim;
  private final OptionalLong paddingIdx;
  private final @Nullable Double maxNorm;
  private final double normType;
  private final boolean scaleGradByFreq;
  private final Tensor weight;

  EmbeddingTable(Builder<?> builder) {
    numEmbeddings = builder.numEmbeddings;
    embeddingDim = builder.embeddingDim;
    paddingIdx = builder.paddingIdx;
    maxNorm = builder.maxNorm;
    normType = builder.normType;
    scaleGradByFreq = builder.scaleGradByFreq;
    Tensor given = builder.weight;
    weight = register("weight", given == null ? drawn() : given.detach(), !builder.freeze);
  }

  private Tensor drawn() {
    Tensor vectors = Init.normal_(Torch.empty(numEmbeddings, embeddingDim), 0, 1);
    if (paddingIdx.isPresent()) {
      try (Tensor row = vectors.select(0, paddingIdx.getAsLong())) {
        row.zero_();
      }
    }
    return vectors;
  }

  /**
   * The options of an embedding; those that only one kind has are added there.
   *
   * @param <B> the kind's own builder
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits Embedding.Builder, EmbeddingBag.Builder {
    private final long numEmbeddings;
    private final long embeddingDim;
    private OptionalLong paddingIdx = OptionalLong.empty();
    private @Nullable Double maxNorm;
    private double normType = 2;
    private boolean scaleGradByFreq;
    private @Nullable Tensor weight;
    private boolean freeze;

    Builder(long numEmbeddings, long embeddingDim) {
      this.numEmbeddings = Sizes.positive("numEmbeddings", numEmbeddings);
      this.embeddingDim = Sizes.positive("embeddingDim", embeddingDim);
    }

    abstract B self();

    /**
     * The symbol whose vector is 0 and gets no gradient; a negative index counts from the end.
     * Default: none.
     */
    public final B paddingIdx(long paddingIdx) {
      if (paddingIdx < -numEmbeddings || paddingIdx >= numEmbeddings) {
        throw new IndexException(
            String.format(
                Locale.ROOT,
                "paddingIdx: expected %d to %d, got %d",
                -numEmbeddings,
                numEmbeddings - 1,
                paddingIdx));
      }
      this.paddingIdx = OptionalLong.of(paddingIdx < 0 ? paddingIdx + numEmbeddings : paddingIdx);
      return self();
    }

    /**
     * The largest norm; vectors that are looked up are shortened to it, in place: to 0 for 0, not
     * at all for infinity. Default: none.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up. PyTorch turns the vectors
     *     round for a negative one
     */
    public final B maxNorm(double maxNorm) {
      if (!(maxNorm >= 0)) {
        throw new IllegalArgumentException("maxNorm: expected a number from 0 up, got " + maxNorm);
      }
      this.maxNorm = maxNorm;
      return self();
    }

    /**
     * The p of the p-norm for {@link #maxNorm}. Default: 2.
     *
     * @throws IllegalArgumentException for NaN
     */
    public final B normType(double normType) {
      if (Double.isNaN(normType)) {
        throw new IllegalArgumentException(
            "normType: expected a number, such as 2 or Double.POSITIVE_INFINITY, got NaN");
      }
      this.normType = normType;
      return self();
    }

    /** Whether gradients are divided by how often a symbol stands in the batch. Default: false. */
    public final B scaleGradByFreq(boolean scaleGradByFreq) {
      this.scaleGradByFreq = scaleGradByFreq;
      return self();
    }

    /**
     * These vectors, (V, H), rather than drawn ones; they share their data with the layer.
     *
     * @throws ShapeException for another shape
     */
    public final B weight(Tensor weight) {
      Shape shape = weight.shape();
      if (!shape.is(numEmbeddings, embeddingDim)) {
        throw new ShapeException(
            String.format(
                Locale.ROOT,
                "weight: expected shape (V=%d, H=%d), got %s",
                numEmbeddings,
                embeddingDim,
                shape));
      }
      this.weight = weight;
      return self();
    }

    /** Whether the vectors stay as they are in training. Default: false. */
    public final B freeze(boolean freeze) {
      this.freeze = freeze;
      return self();
    }
  }

  /** Refuses what is no table of vectors. */
  static Shape pretrained(Tensor vectors) {
    Shape shape = vectors.shape();
    if (shape.dim() != 2) {
      throw new ShapeException("vectors: expected shape (V, H), got " + shape);
    }
    return shape;
  }

  /** (V, H). */
  public final Tensor weight() {
    return use(weight);
  }

  final OptionalLong paddingIdx() {
    return paddingIdx;
  }

  final boolean scaleGradByFreq() {
    return scaleGradByFreq;
  }

  static void checkIndices(Tensor indices) {
    DType dtype = indices.dtype();
    if (dtype != DType.INT64 && dtype != DType.INT32) {
      throw new DTypeException(
          "indices: expected int64 or int32, got " + dtype + "; convert with .to(DType.INT64)");
    }
  }

  /** Shortens the vectors that are looked up to the largest norm, if there is one. */
  final void shorten(Tensor vectors, Tensor indices) {
    if (maxNorm != null) {
      try (Tensor data = vectors.detach();
          Tensor inOrder = indices.contiguous()) {
        Torch.op("aten::embedding_renorm_")
            .arg(data)
            .arg(inOrder)
            .arg(maxNorm)
            .arg(normType)
            .call();
      }
    }
  }

  /** PyTorch's text: the padding symbol stands first in an Embedding, last in an EmbeddingBag. */
  final String repr(String afterSizes, String atEnd) {
    return String.format(
        Locale.ROOT,
        "%d, %d%s%s%s%s%s",
        numEmbeddings,
        embeddingDim,
        afterSizes,
        maxNorm == null ? "" : ", max_norm=" + Repr.of(maxNorm),
        normType == 2 ? "" : ", norm_type=" + Repr.of(normType),
        scaleGradByFreq ? ", scale_grad_by_freq=True" : "",
        atEnd);
  }

  final String paddingRepr() {
    return paddingIdx.isEmpty() ? "" : ", padding_idx=" + paddingIdx.getAsLong();
  }
}
