package panama.torch.nn;

import java.util.function.Consumer;
import panama.torch.FieldPrinter;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * The result of max pooling with indices: PyTorch's {@code return_indices=True}.
 *
 * @param output the maxima, (N, C, L_out) or (C, L_out)
 * @param indices their positions in the last dimension of the input, in the shape of output, INT64
 */
public record MaxPoolOutput(Tensor output, Tensor indices) implements TensorHolder {
  static MaxPoolOutput of(Op.Results results) {
    return new MaxPoolOutput(results.tensor(0), results.tensor(1));
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(output);
    action.accept(indices);
  }

  /** Returns the fields, one a line. */
  @Override
  public String toString() {
    return new FieldPrinter("MaxPoolOutput")
        .add("output", output)
        .add("indices", indices)
        .toString();
  }
}
