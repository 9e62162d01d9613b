package panama.torch.data;

import java.util.Objects;
import java.util.function.Consumer;
import panama.torch.FieldPrinter;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * A batch of padded sequences with their targets, from {@link PadCollate}.
 *
 * @param data the padded sequences, (N, L, ...), or (L, N, ...) without batchFirst
 * @param lengths the length of each sequence without padding, (N), INT64 on the CPU
 * @param targets the targets, (N, ...)
 */
public record PaddedBatch(Tensor data, Tensor lengths, Tensor targets) implements TensorHolder {
  /** Checks that no component is null. */
  public PaddedBatch {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(lengths, "lengths");
    Objects.requireNonNull(targets, "targets");
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(data);
    action.accept(lengths);
    action.accept(targets);
  }

  /** Returns the fields, one per line. */
  @Override
  public String toString() {
    return new FieldPrinter("PaddedBatch")
        .add("data", data)
        .add("lengths", lengths)
        .add("targets", targets)
        .toString();
  }
}
