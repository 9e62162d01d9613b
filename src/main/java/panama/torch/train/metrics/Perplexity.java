package panama.torch.train.metrics;

import java.util.Arrays;
import panama.torch.DType;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * The perplexity of a language model: exp of the mean of -log softmax(logits)[target] over all
 * targets that are not ignored. It is C if all C classes have equal probabilities.
 */
public final class Perplexity implements Metric {
  private final long ignoreIndex;
  private double sum;
  private long count;

  /** Creates a metric that ignores targets -100, PyTorch's default. */
  public Perplexity() {
    this(-100);
  }

  /**
   * Creates a metric.
   *
   * @param ignoreIndex the target that is not counted, such as that of padding
   */
  public Perplexity(long ignoreIndex) {
    this.ignoreIndex = ignoreIndex;
  }

  /**
   * Adds a batch.
   *
   * @param predictions logits (*, C), such as (N, C) or (N, L, C)
   * @param targets class indices (*), such as (N) or (N, L)
   */
  @Override
  public void update(Tensor predictions, Tensor targets) {
    checkShapes(predictions, targets);
    if (targets.numel() == 0) {
      return;
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor logits = predictions.detach().flatten(0, -2);
      ClassIndices.checkScores(logits);
      Tensor flat = targets.detach().flatten();
      Tensor ignored = flat.eq(ignoreIndex);
      Tensor classes = flat.maskedFill(ignored, 0);
      ClassIndices.indices("targets", classes, logits.size(1));
      Tensor losses =
          logits
              .to(DType.FLOAT64)
              .logSoftmax(1)
              .gather(1, classes.to(DType.INT64).unsqueeze(1))
              .squeeze(1)
              .neg()
              .maskedFill(ignored, 0);
      long added = targets.numel() - ignored.sum().itemLong();
      sum += losses.sum().item();
      count += added;
    }
  }

  private static void checkShapes(Tensor predictions, Tensor targets) {
    long[] shape = predictions.shape().toArray();
    if (shape.length < 2 || !targets.shape().is(Arrays.copyOf(shape, shape.length - 1))) {
      throw new ShapeException(
          "predictions: expected logits (*, C) for targets (*) of shape %s, got shape %s"
              .formatted(targets.shape(), predictions.shape()));
    }
  }

  @Override
  public double compute() {
    Count.check(name(), count);
    return Math.exp(sum / count);
  }

  @Override
  public void reset() {
    sum = 0;
    count = 0;
  }

  /** Returns {@code perplexity}. */
  @Override
  public String name() {
    return "perplexity";
  }
}
