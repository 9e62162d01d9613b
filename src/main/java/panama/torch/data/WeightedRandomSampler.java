package panama.torch.data;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.Arguments;

/**
 * A sampler that draws examples with given probabilities; PyTorch's {@code WeightedRandomSampler},
 * with the same order for the same seed. Weights of 1 / (number of examples of the class) balance
 * classes.
 */
public final class WeightedRandomSampler implements Sampler<Long> {
  private final double[] weights;
  private final long numSamples;
  private final boolean replacement;
  private final @Nullable Generator generator;

  /**
   * Creates a sampler with replacement that draws from the default generator.
   *
   * @param weights the weight of each example, at least 0; they need not sum to 1
   * @param numSamples the number of indices of an epoch, at least 1
   */
  public WeightedRandomSampler(double[] weights, long numSamples) {
    this(weights, numSamples, true, null);
  }

  /**
   * Creates a sampler.
   *
   * @param weights the weight of each example, at least 0; they need not sum to 1
   * @param numSamples the number of indices of an epoch, at least 1
   * @param replacement whether an example may be drawn several times; PyTorch's default is true
   * @param generator the generator to draw from; null for the default generator
   * @throws IllegalArgumentException if a weight is below 0 or not finite, if all weights are 0, if
   *     numSamples is below 1, or if it is above the number of weights without replacement
   */
  public WeightedRandomSampler(
      double[] weights, long numSamples, boolean replacement, @Nullable Generator generator) {
    for (int i = 0; i < weights.length; i++) {
      Arguments.finiteNotNegative("weights[" + i + "]", weights[i]);
    }
    if (!(Arrays.stream(weights).sum() > 0)) {
      throw new IllegalArgumentException(
          "weights: expected at least one above 0, got "
              + (weights.length == 0 ? "no weights" : "only zeros"));
    }
    if (!replacement && numSamples > weights.length) {
      throw new IllegalArgumentException(
          "numSamples: expected at most the number of weights %s without replacement, got %s"
              .formatted(weights.length, numSamples));
    }
    this.weights = weights.clone();
    this.numSamples = Arguments.positive("numSamples", numSamples);
    this.replacement = replacement;
    this.generator = generator;
  }

  @Override
  public long size() {
    return numSamples;
  }

  @Override
  public @Nullable Generator generator() {
    return generator;
  }

  @Override
  public PrimitiveIterator.OfLong iterator() {
    try (Tensor probabilities = Torch.tensor(weights, DType.FLOAT64);
        Tensor drawn =
            probabilities.multinomial(
                numSamples, replacement, RandomIndices.orDefault(generator))) {
      return Arrays.stream(drawn.toLongArray()).iterator();
    }
  }
}
