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
import panama.torch.internal.Arguments;
import panama.torch.nn.init.Init;

/**
 * Options and parameters that {@link Embedding} and {@link EmbeddingBag} share: a table with a
 * trained vector for each symbol.
 *
 * <p>Parameter: {@code weight} (V, H), where V is the number of symbols and H the size of a vector,
 * initialized from the standard normal distribution; the row of {@code paddingIdx} is 0 and gets no
 * gradient.
 *
 * @param <M> the layer's own class
 */
public abstract sealed class EmbeddingTable<M extends EmbeddingTable<M>> extends FluentModule<M>
    permits Embedding, EmbeddingBag {
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
    weight = register("weight", given == null ? random() : given.detach(), !builder.freeze);
  }

  private Tensor random() {
    Tensor vectors = Init.normal_(Torch.empty(numEmbeddings, embeddingDim), 0, 1);
    if (paddingIdx.isPresent()) {
      try (Tensor row = vectors.select(0, paddingIdx.getAsLong())) {
        row.zero_();
      }
    }
    return vectors;
  }

  /**
   * The options of both.
   *
   * @param <B> the layer's own builder
   */
  public abstract static sealed class Builder<B extends Builder<B>> extends FluentBuilder<B>
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
      this.numEmbeddings = Arguments.positive("numEmbeddings", numEmbeddings);
      this.embeddingDim = Arguments.positive("embeddingDim", embeddingDim);
    }

    /**
     * Sets the index of the padding symbol, whose vector is initialized to 0 and gets no gradient;
     * a negative one counts from the end. Default: none.
     *
     * @param paddingIdx the index, -V to V - 1
     * @return this builder
     * @throws IndexException unless it is from -V to V - 1
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
     * Sets the largest norm: vectors with a larger one are scaled down to it, in place, when they
     * are looked up. Default: none.
     *
     * @param maxNorm the largest norm
     * @return this builder
     * @throws IllegalArgumentException unless it is a number from 0 up. PyTorch accepts a negative
     *     one, which reverses the vectors
     */
    public final B maxNorm(double maxNorm) {
      if (!(maxNorm >= 0)) {
        throw new IllegalArgumentException("maxNorm: expected a number from 0 up, got " + maxNorm);
      }
      this.maxNorm = maxNorm;
      return self();
    }

    /**
     * Sets the p of the p-norm for {@link #maxNorm}. Default: 2.
     *
     * @param normType the p of the p-norm
     * @return this builder
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

    /**
     * Sets whether the gradient of a vector is divided by how often its symbol occurs in the batch.
     * Default: false.
     *
     * @param scaleGradByFreq whether gradients are divided
     * @return this builder
     */
    public final B scaleGradByFreq(boolean scaleGradByFreq) {
      this.scaleGradByFreq = scaleGradByFreq;
      return self();
    }

    /**
     * Sets the initial vectors, (V, H), which share their data with the layer. Default: random
     * ones.
     *
     * @param weight the vectors, (V, H)
     * @return this builder
     * @throws ShapeException if the shape is not (V, H)
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

    /**
     * Sets whether the vectors are frozen: not trained. Default: false.
     *
     * @param freeze whether the vectors are frozen
     * @return this builder
     */
    public final B freeze(boolean freeze) {
      this.freeze = freeze;
      return self();
    }
  }

  /** Returns the shape of pretrained vectors, or throws if it is not (V, H). */
  static Shape pretrained(Tensor vectors) {
    Shape shape = vectors.shape();
    if (shape.dim() != 2) {
      throw new ShapeException("vectors: expected shape (V, H), got " + shape);
    }
    return shape;
  }

  /** Returns the vectors, (V, H). */
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

  /** Scales the vectors that are looked up down to maxNorm, if it is set. */
  final void renorm(Tensor vectors, Tensor indices) {
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

  /** Returns the options as PyTorch prints them, between two texts of the layer's own. */
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
