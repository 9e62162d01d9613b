package panama.torch.nn.utils.rnn;

import java.util.function.Consumer;
import panama.torch.FieldPrinter;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * A batch of sequences of different lengths, padded to the same length.
 *
 * @param data the padded sequences, (L, N, *), or (N, L, *) with batchFirst
 * @param lengths the length of each sequence without padding, (N), INT64 on the CPU
 */
public record PaddedSequence(Tensor data, Tensor lengths) implements TensorHolder {
  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(data);
    action.accept(lengths);
  }

  /** Returns the fields, one per line. */
  @Override
  public String toString() {
    return new FieldPrinter("PaddedSequence").add("data", data).add("lengths", lengths).toString();
  }
}
