package panama.torch.nn;

import java.util.function.Consumer;
import panama.torch.FieldPrinter;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * Maxima and where they stood.
 *
 * @param output (N, C, L_out) or (C, L_out)
 * @param indices positions in the last dimension of the input, in the shape of output, INT64
 */
public record Pooled(Tensor output, Tensor indices) implements TensorHolder {
  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(output);
    action.accept(indices);
  }

  /** Returns the fields, one a line. */
  @Override
  public String toString() {
    return new FieldPrinter("Pooled").add("output", output).add("indices", indices).toString();
  }
}
