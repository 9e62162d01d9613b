package panama.torch.nn;

import java.util.OptionalLong;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.init.Init;

/**
 * A learned vector for each of a number of symbols: (...) indices to (..., H).
 *
 * <p>Parameter: {@code weight} (V, H), standard normal; the row of {@code paddingIdx} is 0 and gets
 * no gradient.
 */
public final class Embedding extends Module implements Layer {
  private static final long NO_PADDING = -1;

  private final long numEmbeddings;
  private final long embeddingDim;
  private final long paddingIdx;
  private final Tensor weight;

  /** Without padding. */
  public Embedding(long numEmbeddings, long embeddingDim) {
    this(numEmbeddings, embeddingDim, OptionalLong.empty());
  }

  /**
   * With a padding symbol.
   *
   * @param numEmbeddings V, the number of symbols
   * @param embeddingDim H, the size of a vector
   * @param paddingIdx its index; a negative one counts from the end
   */
  public Embedding(long numEmbeddings, long embeddingDim, long paddingIdx) {
    this(numEmbeddings, embeddingDim, OptionalLong.of(paddingIdx));
  }

  private Embedding(long numEmbeddings, long embeddingDim, OptionalLong padding) {
    this.numEmbeddings = Sizes.positive("numEmbeddings", numEmbeddings);
    this.embeddingDim = Sizes.positive("embeddingDim", embeddingDim);
    paddingIdx = padding.isEmpty() ? NO_PADDING : fromEnd(numEmbeddings, padding.getAsLong());
    Tensor vectors = Init.normal_(Torch.empty(numEmbeddings, embeddingDim), 0, 1);
    if (paddingIdx != NO_PADDING) {
      try (Tensor row = vectors.select(0, paddingIdx)) {
        row.zero_();
      }
    }
    weight = register("weight", vectors);
  }

  private static long fromEnd(long numEmbeddings, long index) {
    if (index < -numEmbeddings || index >= numEmbeddings) {
      throw new IllegalArgumentException(
          "paddingIdx: expected %d to %d, got %d"
              .formatted(-numEmbeddings, numEmbeddings - 1, index));
    }
    return index < 0 ? index + numEmbeddings : index;
  }

  /** (V, H). */
  public Tensor weight() {
    return weight;
  }

  /**
   * Looks the vectors up.
   *
   * @param indices INT64 or INT32 of any shape, each from 0 to V - 1
   * @return (..., H)
   * @throws IllegalArgumentException for another type
   * @throws IndexOutOfBoundsException for an index out of range
   */
  @Override
  public Tensor forward(Tensor indices) {
    DType dtype = indices.dtype();
    if (dtype != DType.INT64 && dtype != DType.INT32) {
      throw new IllegalArgumentException(
          "indices: expected int64 or int32, got " + dtype + "; convert with .to(DType.INT64)");
    }
    return call(indices, in -> Torch.embedding(weight, in, paddingIdx));
  }

  @Override
  protected String extraRepr() {
    return "%d, %d%s"
        .formatted(
            numEmbeddings,
            embeddingDim,
            paddingIdx == NO_PADDING ? "" : ", padding_idx=" + paddingIdx);
  }
}
