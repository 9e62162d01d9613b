package panama.torch.nn.utils.rnn;

import java.util.function.Consumer;
import panama.torch.FieldPrinter;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * Sequences of different lengths, padded to one.
 *
 * @param data (L, N, *), or (N, L, *) with batchFirst
 * @param lengths (N), INT64 on the CPU
 */
public record PaddedSequence(Tensor data, Tensor lengths) implements TensorHolder {
  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(data);
    action.accept(lengths);
  }

  /** Returns the fields, one a line. */
  @Override
  public String toString() {
    return new FieldPrinter("PaddedSequence").add("data", data).add("lengths", lengths).toString();
  }
}
