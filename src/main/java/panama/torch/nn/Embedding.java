package panama.torch.nn;

import panama.torch.DTypeException;
import panama.torch.IndexException;
import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * An embedding: looks up a trained vector for each symbol, from indices (...) to vectors (..., H).
 *
 * <p>Parameter: {@code weight} (V, H), described in {@link EmbeddingTable}.
 */
public final class Embedding extends EmbeddingTable<Embedding> implements Layer {
  private static final Op EMBEDDING = Torch.op("aten::embedding");
  private static final long NO_PADDING = -1;

  /**
   * Creates a layer with PyTorch's defaults: without a padding symbol, with random vectors.
   *
   * @param numEmbeddings V, the number of symbols
   * @param embeddingDim H, the size of a vector
   * @throws IllegalArgumentException if a size is below 1
   */
  public Embedding(long numEmbeddings, long embeddingDim) {
    this(builder(numEmbeddings, embeddingDim));
  }

  /**
   * Creates a layer with a padding symbol, whose vector is 0 and gets no gradient.
   *
   * @param numEmbeddings V, the number of symbols
   * @param embeddingDim H, the size of a vector
   * @param paddingIdx the index of the padding symbol; a negative one counts from the end
   * @throws IllegalArgumentException if a size is below 1
   * @throws IndexException unless paddingIdx is from -V to V - 1
   */
  public Embedding(long numEmbeddings, long embeddingDim, long paddingIdx) {
    this(builder(numEmbeddings, embeddingDim).paddingIdx(paddingIdx));
  }

  private Embedding(Builder builder) {
    super(builder);
  }

  /**
   * Creates a layer with given vectors, (V, H), which are frozen and share their data with it.
   *
   * @param vectors the vectors, (V, H)
   * @return the layer
   */
  public static Embedding fromPretrained(Tensor vectors) {
    return fromPretrained(vectors, true);
  }

  /**
   * Creates a layer with given vectors, which share their data with it.
   *
   * @param vectors (V, H)
   * @param freeze whether they are not trained
   * @return the layer
   * @throws ShapeException if vectors does not have two dimensions
   */
  public static Embedding fromPretrained(Tensor vectors, boolean freeze) {
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

  /** The options of an {@link Embedding}. */
  public static final class Builder extends EmbeddingTable.Builder<Builder> {
    private Builder(long numEmbeddings, long embeddingDim) {
      super(numEmbeddings, embeddingDim);
    }

    /** Returns the layer. */
    public Embedding build() {
      return new Embedding(this);
    }
  }

  /**
   * Returns the vectors of symbols.
   *
   * @param indices INT64 or INT32 of any shape, each from 0 to V - 1
   * @return (..., H)
   * @throws DTypeException if indices has another type
   * @throws IndexException if an index is out of range
   */
  @Override
  public Tensor forward(Tensor indices) {
    return call(indices, this::lookUp);
  }

  private Tensor lookUp(Tensor indices) {
    checkIndices(indices);
    Tensor vectors = weight();
    renorm(vectors, indices);
    long padding = paddingIdx().orElse(NO_PADDING);
    return EMBEDDING.arg(vectors).arg(indices).arg(padding).arg(scaleGradByFreq()).tensor();
  }

  @Override
  protected String extraRepr() {
    return repr(paddingRepr(), "");
  }
}
