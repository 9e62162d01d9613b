package panama.torch.nn;

import java.util.Locale;
import panama.torch.IndexException;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

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
  private static final Op EMBEDDING = Torch.op("aten::embedding");

  private Functional() {}

  /**
   * Returns the rows of a table at indices.
   *
   * @param indices INT64 or INT32, of any shape (*)
   * @param weight the table, (V, H)
   * @return (*, H)
   */
  public static Tensor embedding(Tensor indices, Tensor weight) {
    return EMBEDDING.arg(weight).arg(indices).call().tensor();
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
    return EMBEDDING.arg(weight).arg(indices).arg(row).call().tensor();
  }
}
