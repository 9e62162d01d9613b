package panama.torch.data.preprocessing;

import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * A conversion of text to indices of the entries of a vocabulary, and back.
 *
 * <pre>{@code
 * Tokenizer tokenizer = Vocabulary.load(Path.of("vocabulary.json"));
 * var embedding = Embedding.builder(tokenizer.size(), 64).paddingIdx(tokenizer.padIndex()).build();
 * Tensor vectors = embedding.forward(tokenizer.encodeTensor("hello"));
 * }</pre>
 */
public interface Tokenizer {
  /**
   * Returns the indices of the entries of a text.
   *
   * @param text any text
   * @return indices from 0 to {@code size() - 1}
   */
  long[] encode(String text);

  /**
   * Returns the indices of the entries of a text as a tensor.
   *
   * @param text any text
   * @return the indices, INT64 (L)
   */
  default Tensor encodeTensor(String text) {
    return Torch.tensor(encode(text), DType.INT64);
  }

  /**
   * Returns the text of indices, without padding.
   *
   * @param indices indices from 0 to {@code size() - 1}
   * @throws IllegalArgumentException for an index without an entry
   */
  String decode(long... indices);

  /** Returns the number of entries, which is the {@code num_embeddings} of an embedding. */
  int size();

  /**
   * Returns the index of the entry with which sequences are padded.
   *
   * @throws IllegalStateException if there is no such entry
   */
  int padIndex();
}
