package panama.torch.train;

import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import panama.torch.Tensor;
import panama.torch.data.PackedBatch;
import panama.torch.data.PaddedBatch;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * The forward pass of a batch, in training and in validation.
 *
 * <pre>{@code
 * Step<List<Tensor>> step = // of a language model, for inputs and targets (L, N)
 *     batch -> {
 *       Tensor logits = model.forward(batch.get(0)).flatten(0, 1); // (L N, C)
 *       Tensor targets = batch.get(1).flatten();
 *       return new StepOutput(criterion.forward(logits, targets), logits, targets);
 *     };
 * }</pre>
 *
 * @param <B> the type of a batch
 */
@FunctionalInterface
public interface Step<B> {
  /**
   * Returns the loss of a batch, and the predictions for the metrics. In training, the loss is then
   * differentiated.
   *
   * @param batch the batch
   */
  StepOutput apply(B batch);

  /**
   * Returns the step of a supervised model, for batches of an input and a target.
   *
   * @param forward the forward pass: returns predictions for an input
   * @param criterion the loss: returns a scalar for predictions and a target
   */
  static Step<List<Tensor>> supervised(
      UnaryOperator<Tensor> forward, BinaryOperator<Tensor> criterion) {
    Objects.requireNonNull(forward, "forward");
    return supervised(batch -> forward.apply(field(batch, 0)), batch -> field(batch, 1), criterion);
  }

  /** Returns the input or the target of a batch. */
  private static Tensor field(List<Tensor> batch, int index) {
    if (batch.size() < 2) {
      throw new IllegalArgumentException(
          "batch: expected a list of the input and the target, got %s tensors"
              .formatted(batch.size()));
    }
    return batch.get(index);
  }

  /**
   * Returns the step of a supervised model.
   *
   * @param <B> the type of a batch
   * @param forward the forward pass: returns predictions for a batch
   * @param targets returns the target of a batch, such as a component of a record
   * @param criterion the loss: returns a scalar for predictions and a target
   */
  static <B> Step<B> supervised(
      Function<? super B, Tensor> forward,
      Function<? super B, Tensor> targets,
      BinaryOperator<Tensor> criterion) {
    Objects.requireNonNull(forward, "forward");
    Objects.requireNonNull(targets, "targets");
    Objects.requireNonNull(criterion, "criterion");
    return batch -> {
      Tensor predictions = forward.apply(batch);
      Tensor target = targets.apply(batch);
      return new StepOutput(criterion.apply(predictions, target), predictions, target);
    };
  }

  /**
   * Returns the step of a supervised model on the padded sequences of {@link
   * panama.torch.data.PadCollate}.
   *
   * @param forward the forward pass: returns predictions for padded sequences and their lengths
   * @param criterion the loss: returns a scalar for predictions and targets
   */
  static Step<PaddedBatch> padded(
      BinaryOperator<Tensor> forward, BinaryOperator<Tensor> criterion) {
    Objects.requireNonNull(forward, "forward");
    return supervised(
        batch -> forward.apply(batch.data(), batch.lengths()), PaddedBatch::targets, criterion);
  }

  /**
   * Returns the step of a supervised model on the packed sequences of {@link
   * panama.torch.data.PackCollate}.
   *
   * @param forward the forward pass: returns predictions for packed sequences
   * @param criterion the loss: returns a scalar for predictions and targets
   */
  static Step<PackedBatch> packed(
      Function<PackedSequence, Tensor> forward, BinaryOperator<Tensor> criterion) {
    Objects.requireNonNull(forward, "forward");
    return supervised(batch -> forward.apply(batch.data()), PackedBatch::targets, criterion);
  }
}
