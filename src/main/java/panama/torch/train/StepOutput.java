package panama.torch.train;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * The result of a step.
 *
 * @param loss the loss, a scalar: the mean over the batch
 * @param predictions the predictions for the metrics, (N, ...); null if there are none
 * @param targets the targets for the metrics, (N, ...); null if there are none
 */
public record StepOutput(Tensor loss, @Nullable Tensor predictions, @Nullable Tensor targets)
    implements TensorHolder {
  /** Checks that there is a loss. */
  public StepOutput {
    Objects.requireNonNull(loss, "loss");
  }

  /**
   * Creates the result of a step without metrics.
   *
   * @param loss the loss, a scalar: the mean over the batch
   */
  public StepOutput(Tensor loss) {
    this(loss, null, null);
  }

  Tensor requirePredictions() {
    return require(predictions, "predictions");
  }

  Tensor requireTargets() {
    return require(targets, "targets");
  }

  private static Tensor require(@Nullable Tensor tensor, String name) {
    if (tensor == null) {
      throw new IllegalStateException(
          "metrics: expected a step that returns predictions and targets, got one without " + name);
    }
    return tensor;
  }

  /** Returns the weight of this loss in the mean over an epoch: N, or 1 without predictions. */
  long examples() {
    return targets != null && targets.dim() > 0
        ? targets.size(0)
        : predictions != null && predictions.dim() > 0 ? predictions.size(0) : 1;
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(loss);
    if (predictions != null) {
      action.accept(predictions);
    }
    if (targets != null) {
      action.accept(targets);
    }
  }
}
