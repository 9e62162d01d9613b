package panama.torch.train;

import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import panama.torch.Tensor;

/**
 * The forward pass of a batch, in training and in validation.
 *
 * @param <B> the type of a batch
 */
@FunctionalInterface
public interface Step<B> {
  /**
   * Returns the loss of a batch, which in training is then differentiated.
   *
   * @param batch the batch
   */
  StepOutput apply(B batch);

  /**
   * Returns the step of a supervised model, on batches of an input and a target.
   *
   * @param forward the model: from the input to predictions
   * @param criterion the loss of predictions and target, a scalar
   */
  static Step<List<Tensor>> supervised(
      UnaryOperator<Tensor> forward, BinaryOperator<Tensor> criterion) {
    Objects.requireNonNull(forward, "forward");
    Objects.requireNonNull(criterion, "criterion");
    return batch -> {
      if (batch.size() < 2) {
        throw new IllegalArgumentException(
            "batch: expected a list of the input and the target, got %s tensors"
                .formatted(batch.size()));
      }
      Tensor predictions = forward.apply(batch.getFirst());
      Tensor targets = batch.get(1);
      return new StepOutput(criterion.apply(predictions, targets), predictions, targets);
    };
  }
}
