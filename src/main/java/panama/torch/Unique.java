package panama.torch;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The distinct elements of a tensor, from {@link Tensor#unique(boolean, boolean, boolean)}.
 *
 * @param output the distinct elements
 * @param inverse the index in {@code output} of each element of the tensor; null unless requested
 * @param counts the number of occurrences of each element of {@code output}; null unless requested
 */
public record Unique(Tensor output, @Nullable Tensor inverse, @Nullable Tensor counts)
    implements TensorHolder {
  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(output);
    if (inverse != null) {
      action.accept(inverse);
    }
    if (counts != null) {
      action.accept(counts);
    }
  }

  /** Returns the fields, one per line. */
  @Override
  public String toString() {
    return new FieldPrinter("Unique")
        .add("output", output)
        .add("inverse", inverse)
        .add("counts", counts)
        .toString();
  }

  /** Wraps results; libtorch returns an empty tensor for each result that was not requested. */
  static Unique of(Op.Results results, boolean hasInverse, boolean hasCounts) {
    Tensor inverse = results.tensor(1);
    Tensor counts = results.tensor(2);
    if (!hasInverse) {
      inverse.close();
    }
    if (!hasCounts) {
      counts.close();
    }
    return new Unique(results.tensor(0), hasInverse ? inverse : null, hasCounts ? counts : null);
  }
}
