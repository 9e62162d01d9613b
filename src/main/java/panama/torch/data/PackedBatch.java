package panama.torch.data;

import java.util.Objects;
import java.util.function.Consumer;
import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * A batch of packed sequences with their targets, from {@link PackCollate}.
 *
 * @param data the packed sequences
 * @param targets the targets in the order of the batch, (N, ...)
 */
public record PackedBatch(PackedSequence data, Tensor targets) implements TensorHolder {
  /** Checks that no component is null. */
  public PackedBatch {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(targets, "targets");
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    data.forEachTensor(action);
    action.accept(targets);
  }
}
