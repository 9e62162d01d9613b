package panama.torch.nn;

import panama.torch.DTypeException;
import panama.torch.IndexException;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * A learned vector for each of a number of symbols: (...) indices to (..., H).
 *
 * <p>Parameter: {@link EmbeddingTable}.
 */
public final class Embedding extends EmbeddingTable implements Layer {
  private static final Op EMBEDDING = Torch.op("aten::embedding");
  private static final long NO_PADDING = -1;

  /** Without padding. */
  public Embedding(long numEmbeddings, long embeddingDim) {
    this(builder(numEmbeddings, embeddingDim));
  }

  /**
   * With a padding symbol.
   *
   * @param numEmbeddings V, the number of symbols
   * @param embeddingDim H, the size of a vector
   * @param paddingIdx its index; a negative one counts from the end
   */
  public Embedding(long numEmbeddings, long embeddingDim, long paddingIdx) {
    this(builder(numEmbeddings, embeddingDim).paddingIdx(paddingIdx));
  }

  private Embedding(Builder builder) {
    super(builder);
  }

  /** With these vectors, (V, H), frozen. */
  public static Embedding fromPretrained(Tensor vectors) {
    return fromPretrained(vectors, true);
  }

  /**
   * With these vectors, which share their data with the layer.
   *
   * @param vectors (V, H)
   * @param freeze whether they stay as they are in training
   * @throws ShapeException for another number of dimensions
   */
  public static Embedding fromPretrained(Tensor vectors, boolean freeze) {
    Shape shape = pretrained(vectors);
    return builder(shape.size(0), shape.size(1)).weight(vectors).freeze(freeze).build();
  }

  /**
   * Starts from PyTorch's defaults.
   *
   * @param numEmbeddings V, the number of symbols
   * @param embeddingDim H, the size of a vector
   * @throws IllegalArgumentException for a size below 1
   */
  public static Builder builder(long numEmbeddings, long embeddingDim) {
    return new Builder(numEmbeddings, embeddingDim);
  }

  /** The options. */
  public static final class Builder extends EmbeddingTable.Builder<Builder> {
    private Builder(long numEmbeddings, long embeddingDim) {
      super(numEmbeddings, embeddingDim);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The layer. */
    public Embedding build() {
      return new Embedding(this);
    }
  }

  /**
   * Looks the vectors up.
   *
   * @param indices INT64 or INT32 of any shape, each from 0 to V - 1
   * @return (..., H)
   * @throws DTypeException for another type
   * @throws IndexException for an index out of range
   */
  @Override
  public Tensor forward(Tensor indices) {
    return call(indices, this::lookUp);
  }

  private Tensor lookUp(Tensor indices) {
    checkIndices(indices);
    Tensor vectors = weight();
    shorten(vectors, indices);
    long padding = paddingIdx().orElse(NO_PADDING);
    return EMBEDDING
        .arg(vectors)
        .arg(indices)
        .arg(padding)
        .arg(scaleGradByFreq())
        .call()
        .tensor();
  }

  @Override
  protected String extraRepr() {
    return repr(paddingRepr(), "");
  }
}
