package panama.torch;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The different elements of a tensor, from {@link Tensor#unique(boolean, boolean, boolean)}.
 *
 * @param output each of them once
 * @param inverse where each element of the tensor stands in {@code output}; null unless asked for
 * @param counts how often each of {@code output} occurs; null unless asked for
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

  /** Returns the fields, one a line. */
  @Override
  public String toString() {
    return new FieldPrinter("Unique")
        .add("output", output)
        .add("inverse", inverse)
        .add("counts", counts)
        .toString();
  }

  /** libtorch gives an empty tensor for what was not asked for. */
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
